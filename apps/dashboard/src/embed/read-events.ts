/** Characters of one event at most: the server cuts a reader off who is this far behind. */
const longest = 131_072;

/**
 * Server-sent events as they come (HTML Standard, section 9.2.6), for a stream that a browser's own `EventSource` cannot ask for: it takes no token along.
 * Of each its name and its data, of which the server sends one line. Rejects where the connection breaks, or an event has no end.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<{ readonly type: string; readonly data: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      if (rest.length > longest) throw new RangeError("An event has no end.");
      for (const block of blocks) {
        const [type, data] = [fieldOf(block, "event"), fieldOf(block, "data")];
        if (type !== undefined && data !== undefined) yield { type, data };
      }
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

const fieldOf = (block: string, name: string): string | undefined =>
  block
    .split("\n")
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);
