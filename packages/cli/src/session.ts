import { type Client, createClient } from "@keywright/sdk";
import { readConfig } from "./config.ts";
import { readCredential } from "./credential.ts";
import { download } from "./download.ts";
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
  /** Writes what a path of the API streams to standard output, as it comes, under the operator's credential. */
  readonly download: (path: string, query: Readonly<Record<string, string>>) => Promise<void>;
  /** Ends the command with this exit code instead of 0. */
  readonly exitWith: (exitCode: number) => void;
}

/** Opens the session of the command that was parsed. */
export type OpenSession = () => Session;

export const openSession = (io: Io, options: GlobalOptions, exitWith: Session["exitWith"]): Session => {
  const config = readConfig(io.env);
  const baseUrl = options.url ?? config.url;
  const timeoutMs = options.timeout * 1000;
  return {
    io,
    output: createOutput(io, options.json === true),
    connect: async () => createClient({ baseUrl, credential: await readCredential(config), timeoutMs }),
    download: async (path, query) =>
      download({ url: new URL(`${path}?${new URLSearchParams(query)}`, baseUrl), credential: await readCredential(config), timeoutMs }, io.stdout),
    exitWith,
  };
};
