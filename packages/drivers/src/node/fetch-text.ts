export interface FetchTextOptions {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadlineMs: number;
  readonly maxBytes: number;
}

export interface FetchedText {
  readonly status: number;
  readonly text: string;
}

/**
 * One call that changes nothing, so that it is made again when it met a kept connection which the server was just closing. Redirects are
 * failures: what is asked stands where the operator said, and nowhere else. Rejects with half a sentence of what is wrong.
 */
export const fetchText = async (url: string | URL, options: FetchTextOptions): Promise<FetchedText> => {
  const signal = AbortSignal.timeout(options.deadlineMs);
  try {
    return await attempt(url, options, signal).catch((error: unknown) => {
      if (codeOf(error) !== "UND_ERR_SOCKET") throw error;
      return attempt(url, options, signal);
    });
  } catch (error) {
    throw new Error(signal.aborted ? `no answer within ${options.deadlineMs} ms` : describeFetchFailure(error), { cause: error });
  }
};

const attempt = async (url: string | URL, { method, headers, body, maxBytes }: FetchTextOptions, signal: AbortSignal): Promise<FetchedText> => {
  const response = await fetch(url, { method, headers, redirect: "error", signal, ...(body !== undefined && { body }) });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, text: Buffer.concat(chunks).toString("utf8") };
};

/** `fetch` says why it failed in its error's cause. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause instanceof Error ? error.cause : error);

const codeOf = (error: unknown): string | undefined => {
  const cause = causeOf(error);
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
};

/** Half a sentence of why `fetch` failed. */
export const describeFetchFailure = (error: unknown): string => {
  const cause = causeOf(error);
  return codeOf(error) ?? (cause instanceof Error ? cause.message : String(cause));
};
