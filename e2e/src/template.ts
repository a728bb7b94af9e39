import { cp } from "node:fs/promises";
import { inject } from "vitest";
import { makeFolder } from "./keywright-process.ts";

/** A data folder of one's own that has had its first start. */
export const copyTemplate = async (name: string): Promise<string> => {
  const folder = await makeFolder(name);
  await cp(inject("template").dataDir, folder, { recursive: true });
  return folder;
};

/** The root key of every copy. */
export const known = (): { readonly rootKey: string } => ({ rootKey: inject("template").rootKey });

/** The operator's account of every copy, with the password that it has until its first sign-in. */
export const knownOperator = () => inject("template").operator;
