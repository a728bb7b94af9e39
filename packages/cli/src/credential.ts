import { CommandFailure } from "./command-failure.ts";
import type { CliConfig } from "./config.ts";
import { readSmallFile } from "./read-small-file.ts";

/** The root key, from the environment or a file that it names: never from an argument, which every process of the machine can see. */
export const readCredential = async ({ rootKey, rootKeyFile }: Pick<CliConfig, "rootKey" | "rootKeyFile">): Promise<string> => {
  if (rootKey !== undefined && rootKeyFile !== undefined) {
    throw new CommandFailure("NO_CREDENTIAL", "KEYWRIGHT_ROOT_KEY and KEYWRIGHT_ROOT_KEY_FILE are both set: set one of them.");
  }
  if (rootKey !== undefined) return rootKey.trim();
  if (rootKeyFile === undefined) {
    throw new CommandFailure(
      "NO_CREDENTIAL",
      "No root key is set: put it in KEYWRIGHT_ROOT_KEY, or the name of a file that holds it in KEYWRIGHT_ROOT_KEY_FILE.",
    );
  }
  const text = (await readSmallFile(rootKeyFile, "NO_CREDENTIAL", "KEYWRIGHT_ROOT_KEY_FILE")).trim();
  if (text === "") throw new CommandFailure("NO_CREDENTIAL", `KEYWRIGHT_ROOT_KEY_FILE names ${rootKeyFile}, which is empty: put the root key in it.`);
  return text;
};
