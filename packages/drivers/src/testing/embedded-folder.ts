import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../postgres/embedded/open.ts";
import { sharedFolder } from "./shared-folder.ts";

export interface EmbeddedFolders {
  /** A folder with a new database in it. */
  next(): Promise<string>;
  /** A path in the same place where nothing is. */
  vacant(): Promise<string>;
  remove(): Promise<void>;
}

/** Folders for embedded databases. Making a database takes seconds, so it is made once for all suites and copied. */
export const createEmbeddedFolders = async (): Promise<EmbeddedFolders> => {
  const root = await mkdtemp(join(tmpdir(), "keywright-embedded-"));
  let made = 0;
  const vacant = async (): Promise<string> => {
    made += 1;
    const around = join(root, String(made));
    await mkdir(around);
    return join(around, "store");
  };
  const template = await sharedFolder("embedded", async (draft) => {
    const pool = await openEmbedded({ folder: join(draft, "store") });
    await pool.end();
  });
  return {
    next: async () => {
      const folder = await vacant();
      await cp(join(template, "store"), folder, { recursive: true });
      return folder;
    },
    vacant,
    remove: () => rm(root, { recursive: true }),
  };
};
