import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { clientError, readReply } from "@keywright/sdk";
import { CommandFailure } from "./command-failure.ts";

interface Download {
  readonly url: URL;
  readonly credential: string;
  /** Until the answer begins, and for each pause in it. */
  readonly timeoutMs: number;
}

/** Copies an answer as it comes, however long it is. Throws the problem that the server answers instead. */
export const download = async ({ url, credential, timeoutMs }: Download, out: Writable): Promise<void> => {
  const pause = watchPauses(timeoutMs);
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${credential}` }, redirect: "error", signal: pause.signal }).catch(() => {
      throw clientError(
        pause.signal.aborted ? "TIMED_OUT" : "UNREACHABLE",
        pause.signal.aborted ? `No answer came within ${timeoutMs} ms.` : `The connection to ${url.origin} failed.`,
      );
    });
    if (!response.ok || response.body === null) {
      readReply({ status: response.status, text: await response.text(), retryAfter: response.headers.get("retry-after") }, credential);
      return;
    }
    await pipeline(chunksOf(response.body.getReader(), pause.rearm), out, { end: false });
  } catch (error) {
    if (error instanceof Error && error.name === "KeywrightError") throw error;
    throw new CommandFailure("FAILED", "The answer ended before it was whole: what was written is a part of it.", error);
  } finally {
    pause.end();
  }
};

interface ChunkReader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
}

async function* chunksOf(reader: ChunkReader, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for (let chunk = (await reader.read()).value; chunk !== undefined; chunk = (await reader.read()).value) {
    onChunk();
    yield chunk;
  }
}

const watchPauses = (timeoutMs: number) => {
  const controller = new AbortController();
  const arm = () => setTimeout(() => controller.abort(), timeoutMs);
  const state = { timer: arm() };
  return {
    signal: controller.signal,
    rearm: () => {
      clearTimeout(state.timer);
      state.timer = arm();
    },
    end: () => clearTimeout(state.timer),
  };
};
