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

/** A success whose body is read while it comes. */
export interface WireStream {
  readonly status: number;
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Ends the connection, whatever is still to come; a read that waits ends too. */
  cancel(): void;
}

/** Carries requests to one server. Rejects with whatever the runtime says of a lost connection, or with INVALID_REPLY where the answer has no end. */
export interface Transport {
  send(request: WireRequest): Promise<WireReply>;
  /** As `send`, but a 200 is resolved with when it begins; from then on the signal no longer ends it. */
  open(request: Omit<WireRequest, "signal">, signal: AbortSignal): Promise<WireReply | WireStream>;
  /** Lets go of connections that are kept for the next call. */
  close(): void;
}

/** Characters, or bytes, of an answer that are read at most; the largest page of any list is far below. */
export const maxReplyLength = 16_777_216;
