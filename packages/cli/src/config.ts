import type { Io } from "./io.ts";

/** What the environment says to the command line. Unknown names are the server's to refuse. */
export interface CliConfig {
  /** Where the server is. */
  readonly url: string;
  /** The root key itself; undefined: not given. */
  readonly rootKey: string | undefined;
  /** The file that holds it; undefined: not given. */
  readonly rootKeyFile: string | undefined;
  /** Whether colours are wanted, where there is a terminal to show them (https://no-color.org). */
  readonly isColourWanted: boolean;
}

/** An empty value counts as none. */
export const readConfig = (env: Io["env"]): CliConfig => ({
  url: env["KEYWRIGHT_URL"] || "http://127.0.0.1:4747",
  rootKey: env["KEYWRIGHT_ROOT_KEY"] || undefined,
  rootKeyFile: env["KEYWRIGHT_ROOT_KEY_FILE"] || undefined,
  isColourWanted: !env["NO_COLOR"] && env["TERM"] !== "dumb",
});
