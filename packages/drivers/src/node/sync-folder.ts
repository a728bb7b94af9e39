import { open } from "node:fs/promises";

/** Makes the names in a folder durable: a file that was created or renamed may otherwise be gone after a loss of power. */
export const syncFolder = async (folder: string): Promise<void> => {
  // Windows opens no folder as a file, and journals its names by itself.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
