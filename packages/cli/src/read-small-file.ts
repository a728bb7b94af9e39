import { open } from "node:fs/promises";
import { CommandFailure, type FailureCode } from "./command-failure.ts";

/** Bytes that a file or an input with one key in it has at most. */
export const maxKeyBytes = 4_096;

/** The text of a file that holds one key. `source` is what named the file, for the sentence of a failure. */
export const readSmallFile = async (file: string, code: FailureCode, source: string): Promise<string> => {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(code, `${source} names ${file}, which cannot be read (${error.code}).`, error);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxKeyBytes + 1), 0, maxKeyBytes + 1, 0);
    if (bytesRead > maxKeyBytes)
      throw new CommandFailure(code, `${source} names ${file}, which has more than ${maxKeyBytes} bytes: it must hold one key alone.`);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(code, `${source} names ${file}, which cannot be read (${codeOf(error)}).`, error);
  } finally {
    await handle.close();
  }
};

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");
