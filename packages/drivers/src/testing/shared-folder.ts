import { access, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of what suites of one run share; it goes with the run. */
    readonly sharedFolder: string;
  }
}

/**
 * A folder that costs seconds to make, made by the first suite of a run that wants it; to be copied, never written to. `make` is given an empty folder.
 * It is moved to its place when it is whole; where two suites make it at once, one of the two is thrown away.
 */
export const sharedFolder = async (name: string, make: (draft: string) => Promise<void>): Promise<string> => {
  const around = inject("sharedFolder");
  const folder = join(around, name);
  if (await isThere(folder)) return folder;
  const draft = await mkdtemp(join(around, `${name}.new-`));
  await make(draft);
  await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    await rm(draft, { recursive: true });
  });
  return folder;
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
