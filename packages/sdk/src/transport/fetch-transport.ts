import { clientError } from "../keywright-error.ts";
import { maxReplyLength, type Transport } from "./transport.ts";

export const fetchTransport = (fetch: typeof globalThis.fetch): Transport => ({
  send: async ({ url, method, headers, body, credentials, signal }) => {
    // A redirect would carry the credential, and may turn a POST into a GET: it is answered as an error.
    const response = await fetch(url, { method, headers, redirect: "manual", credentials, signal, ...(body !== undefined && { body }) });
    const status = response.type === "opaqueredirect" ? 302 : response.status;
    return { status, retryAfter: response.headers.get("retry-after"), text: await readText(response) };
  },
  close: () => {},
});

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
