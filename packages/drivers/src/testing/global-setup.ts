import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** The folder of what suites share. Engines read in it as users of their own. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), "keywright-shared-"));
  await chmod(folder, 0o755);
  project.provide("sharedFolder", folder);
  return () => rm(folder, { recursive: true });
};
