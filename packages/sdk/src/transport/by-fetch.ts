import { fetchTransport } from "./fetch-transport.ts";
import type { Transport } from "./transport.ts";

/** The transport of browsers, Bun, Deno and edge runtimes. */
export const createTransport = (_base: string): Transport => fetchTransport((input, init) => globalThis.fetch(input, init));
