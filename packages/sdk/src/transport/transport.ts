/** A request as it goes over the wire. */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Whether a browser may send its cookie along. */
  readonly credentials: "same-origin" | "omit";
  readonly signal: AbortSignal;
}

export interface WireReply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** Carries requests to one server. Rejects with whatever the runtime says of a lost connection, or with INVALID_REPLY where the answer has no end. */
export interface Transport {
  send(request: WireRequest): Promise<WireReply>;
  /** Lets go of connections that are kept for the next call. */
  close(): void;
}

/** Characters, or bytes, of an answer that are read at most; the largest page of any list is far below. */
export const maxReplyLength = 16_777_216;
