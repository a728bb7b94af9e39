import { execFile } from "node:child_process";
import { chmod, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Makes a folder ready to be opened: with a database in it, and for its owner alone. PGlite's files are open to whoever gets that far. */
export const prepareFolder = async (folder: string, deadlineMs: number): Promise<void> => {
  const entries = await entriesOf(folder);
  if (!entries.includes("PG_VERSION")) await createDatabase({ folder, entries, deadlineMs });
  await chmod(folder, 0o700);
};

interface Creation {
  readonly folder: string;
  readonly entries: readonly string[];
  readonly deadlineMs: number;
}

/** A database is made beside its place and moved there when it is whole: a start that is cut short leaves nothing half made. */
const createDatabase = async ({ folder, entries, deadlineMs }: Creation): Promise<void> => {
  if (entries.length > 0) throw new Error("it holds files, but no database");
  await removeDrafts(folder);
  const draft = await mkdtemp(draftPrefix(folder));
  const program = fileURLToPath(new URL("./create.mjs", import.meta.url));
  await run(process.execPath, [program, draft], { timeout: deadlineMs, killSignal: "SIGKILL" }).catch((error: ProgramError) => {
    throw new Error(error.killed ? `it was not created within ${deadlineMs / 1000} s` : lastLine(error.stderr) || error.message, { cause: error });
  });
  await rename(draft, folder);
  await syncFolder(dirname(folder));
};

interface ProgramError extends Error {
  readonly killed?: boolean;
  readonly stderr: string;
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

const draftPrefix = (folder: string): string => `${folder}.new-`;

/** What starts that were cut short have left. */
const removeDrafts = async (folder: string): Promise<void> => {
  const around = dirname(folder);
  const drafts = (await readdir(around)).filter((name) => name.startsWith(basename(draftPrefix(folder))));
  for (const draft of drafts) await rm(join(around, draft), { recursive: true, force: true });
};

/** What is in a folder; a folder that is not there holds nothing. */
const entriesOf = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
