/** What the schemas are made with, for whoever checks by them: from here, so that a process has it once, in the contract's own file. */
export { default as Type, type Static, type TSchema } from "typebox";
export { Compile } from "typebox/compile";
export { default as Format } from "typebox/format";
export { Value } from "typebox/value";
