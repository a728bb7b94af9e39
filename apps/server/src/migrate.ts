import { processConfig } from "./config.ts";
import { unwatched, wire } from "./wire/wire.ts";

/** Brings the store to the shape that this version works with, and answers which migrations ran. */
export const migrate = async ({ dataDir }: { readonly dataDir?: string } = {}): Promise<{ readonly applied: readonly string[] }> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  const wired = await wire({ ...config, ...unwatched });
  await wired.close();
  return { applied: wired.migrated };
};
