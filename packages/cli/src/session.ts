import { type Client, createClient } from "@keywright/sdk";
import { readConfig } from "./config.ts";
import { readCredential } from "./credential.ts";
import type { Io } from "./io.ts";
import { createOutput, type Output } from "./output.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: true;
  readonly url?: string;
  /** Seconds. */
  readonly timeout: number;
}

/** What a command works with. */
export interface Session {
  readonly io: Io;
  readonly output: Output;
  /** A client of the server under the operator's credential, which is read only when it is needed. */
  readonly connect: () => Promise<Client>;
  /** Ends the command with this exit code instead of 0. */
  readonly exitWith: (exitCode: number) => void;
}

/** Opens the session of the command that was parsed. */
export type OpenSession = () => Session;

export const openSession = (io: Io, options: GlobalOptions, exitWith: Session["exitWith"]): Session => {
  const config = readConfig(io.env);
  return {
    io,
    output: createOutput(io, options.json === true),
    connect: async () => createClient({ baseUrl: options.url ?? config.url, credential: await readCredential(config), timeoutMs: options.timeout * 1000 }),
    exitWith,
  };
};
