export type { KeysEvent } from "./issuer-keys.ts";
export { createOutsideTokens, type OpenOutsideTokens } from "./outside-tokens.ts";
