export { type FlagEvent, type FlagsOptions, type OpenFlags, openFlags } from "./flags.ts";
export type { FlagSource } from "./source.ts";
