import { clientError } from "../keywright-error.ts";
import { maxReplyLength, type Transport, type WireReply } from "./transport.ts";

export const fetchTransport = (fetch: typeof globalThis.fetch): Transport => ({
  send: async ({ url, method, headers, body, credentials, signal }) => {
    // A redirect would carry the credential, and may turn a POST into a GET: it is answered as an error.
    return toReply(await fetch(url, { method, headers, redirect: "manual", credentials, signal, ...(body !== undefined && { body }) }));
  },
  open: async ({ url, method, headers, body, credentials }, signal) => {
    const controller = new AbortController();
    const end = (): void => controller.abort();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    try {
      const init = { method, headers, redirect: "manual", credentials, signal: controller.signal, ...(body !== undefined && { body }) } as const;
      const response = await fetch(url, init);
      return response.status === 200 ? { status: 200, chunks: chunksOf(response), cancel: end } : await toReply(response);
    } finally {
      signal.removeEventListener("abort", end);
    }
  },
  close: () => {},
});

const toReply = async (response: Response): Promise<WireReply> => {
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  return { status, retryAfter: response.headers.get("retry-after"), text: await readText(response) };
};

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
}

const readText = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += decoder.decode(chunk.value, { stream: true });
    if (text.length > maxReplyLength) {
      await reader.cancel();
      throw clientError("INVALID_REPLY", `The answer has more than ${maxReplyLength} characters.`, response.status);
    }
  }
  return text + decoder.decode();
};
