/** Far more than a provider's metadata, keys or tokens. */
const maxBytes = 256 * 1024;

/** `fetch` whose answers have a bounded size and are no redirects: what is asked stands where the provider's metadata says, and nowhere else. */
export const boundedFetch = async (url: string, options: RequestInit): Promise<Response> => {
  const response = await fetch(url, { ...options, redirect: "error" });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TypeError(`The provider answered more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  return new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, statusText, headers });
};
