export type { CallArguments, CallRequest, Client } from "./call-types.ts";
export type { ClientOptions } from "./connection.ts";
export { createClient } from "./create-client.ts";
export { type ClientErrorCode, clientErrors, type FieldError, KeywrightError, type KeywrightErrorFields } from "./keywright-error.ts";
