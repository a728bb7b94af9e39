import { startDeadline } from "./deadline.ts";
import { clientError } from "./keywright-error.ts";
import type { WireStream } from "./transport/transport.ts";

interface Patience {
  /** How long the next part of the answer may take. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Characters of one line at most. */
const maxLineLength = 1_048_576;

/**
 * The JSON lines of a success, as they come: the server sends no faster than they are taken. Rejects with TIMED_OUT where the next part does not come in
 * time, UNREACHABLE where the connection breaks off, INVALID_REPLY for a line that is no JSON, or the reason of the caller's signal.
 */
export async function* readLines(stream: WireStream, patience: Patience): AsyncGenerator<unknown> {
  const { status } = stream;
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let chunk = await readPart(stream, patience); chunk.done !== true; chunk = await readPart(stream, patience)) {
      const lines = (rest + decoder.decode(chunk.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > maxLineLength) throw clientError("INVALID_REPLY", `A line of the answer has more than ${maxLineLength} characters.`, status);
      for (const line of lines) yield parseLine(line, status);
    }
    if (rest !== "") yield parseLine(rest, status);
  } finally {
    stream.cancel();
  }
}

const parseLine = (line: string, status: number): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    throw clientError("INVALID_REPLY", "A line of the answer is not JSON; did the connection break off?", status);
  }
};

const readPart = async ({ chunks, cancel }: WireStream, { timeoutMs, signal }: Patience): Promise<IteratorResult<Uint8Array, unknown>> => {
  const deadline = startDeadline(timeoutMs, signal);
  deadline.signal.addEventListener("abort", cancel, { once: true });
  if (deadline.signal.aborted) cancel();
  try {
    return await chunks.next();
  } catch {
    if (signal?.aborted) throw signal.reason;
    if (deadline.isOver()) throw clientError("TIMED_OUT", `The next part of the answer did not come within ${timeoutMs} ms.`);
    throw clientError("UNREACHABLE", "The connection broke off in the middle of the answer.");
  } finally {
    deadline.end();
  }
};
