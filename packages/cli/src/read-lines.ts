import { clientError, readReply } from "@keywright/sdk";
import { CommandFailure } from "./command-failure.ts";

interface Source {
  readonly url: URL;
  readonly credential: string;
  /** Until the answer begins, and for each pause in it. */
  readonly timeoutMs: number;
}

/** Characters of one line at most. */
const maxLineLength = 1_048_576;

/** The JSON lines of an answer as they come, however many: the server sends no faster than they are taken. Throws the problem that it answers instead. */
export async function* readLines(source: Source): AsyncGenerator<unknown> {
  const pause = watchPauses(source.timeoutMs);
  try {
    const reader = (await begin(source, pause.signal)).getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + decoder.decode(part.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > maxLineLength) throw new Error(`A line has more than ${maxLineLength} characters.`);
      for (const line of lines) yield JSON.parse(line);
      pause.rearm();
    }
    if (rest !== "") yield JSON.parse(rest);
  } catch (error) {
    if (error instanceof Error && error.name === "KeywrightError") throw error;
    throw new CommandFailure("FAILED", "The answer ended before it was whole: what was read is a part of it.", error);
  } finally {
    pause.end();
  }
}

const begin = async ({ url, credential, timeoutMs }: Source, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${credential}` }, redirect: "error", signal }).catch(() => {
    if (signal.aborted) throw clientError("TIMED_OUT", `No answer came within ${timeoutMs} ms.`);
    throw clientError("UNREACHABLE", `The connection to ${url.origin} failed.`);
  });
  if (response.status === 200 && response.body !== null) return response.body;
  readReply({ status: response.status, text: await response.text(), retryAfter: response.headers.get("retry-after") }, credential);
  throw clientError("INVALID_REPLY", `The server answered ${response.status}.`, response.status);
};

/** Aborts what is waited for longer than it may take; the timer ends with the reading. */
const watchPauses = (timeoutMs: number) => {
  const controller = new AbortController();
  const arm = () => setTimeout(() => controller.abort(), timeoutMs);
  const state = { timer: arm() };
  return {
    signal: controller.signal,
    rearm: (): void => {
      clearTimeout(state.timer);
      state.timer = arm();
    },
    end: (): void => {
      clearTimeout(state.timer);
      // Whoever stops reading lets go of the connection.
      controller.abort();
    },
  };
};
