/** Why a webhook was refused: code → title. */
export const webhookErrors = {
  MISSING_HEADER: "A header of the webhook is missing",
  OUT_OF_TIME: "The webhook is too old, or from the future",
  WRONG_SIGNATURE: "No signature of the webhook is right",
  INVALID_PAYLOAD: "The webhook's body is not an event",
} as const;

export type WebhookErrorCode = keyof typeof webhookErrors;

export class WebhookError extends Error {
  readonly code: WebhookErrorCode;

  constructor(code: WebhookErrorCode) {
    super(`${webhookErrors[code]} (${code})`);
    this.name = "WebhookError";
    this.code = code;
  }
}

export interface WebhookRequest {
  /** The endpoint's secret, `whsec_…`; several while it is being rotated. */
  readonly secret: string | readonly string[];
  /** As they came: a `Headers`, or an object with names in lower case. */
  readonly headers: { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body's text or bytes as they came, not parsed and written again. */
  readonly body: string | Uint8Array;
  /** How far the sender's clock and the way may be off. Default 300. */
  readonly toleranceSeconds?: number;
  /** Default: the clock. */
  readonly nowMs?: number;
}

/** What a webhook says. */
export interface WebhookEvent {
  /** The same for every delivery of one event: remember it, for deliveries are repeated. */
  readonly id: string;
  readonly type: string;
  /** ISO 8601: when it happened. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const defaultToleranceSeconds = 300;
const maxSignatures = 16;

/** Checks a webhook's signature and age (Standard Webhooks 1.0.0, `v1`) and reads it. Rejects with `WebhookError`. */
export const verifyWebhook = async (request: WebhookRequest): Promise<WebhookEvent> => {
  const { headers, body, secret, toleranceSeconds = defaultToleranceSeconds, nowMs = Date.now() } = request;
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => readHeader(headers, name));
  if (!id || !timestamp || !signatures) throw new WebhookError("MISSING_HEADER");
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) throw new WebhookError("OUT_OF_TIME");
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = join(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  for (const one of typeof secret === "string" ? [secret] : secret) {
    if (await isSigned(one, signed, signatures)) return readEvent(id, bytes);
  }
  throw new WebhookError("WRONG_SIGNATURE");
};

const readHeader = (headers: WebhookRequest["headers"], name: string): string | undefined => {
  const value =
    typeof headers["get"] === "function" ? headers["get"](name) : (headers as Readonly<Record<string, string | readonly string[] | undefined>>)[name];
  return typeof value === "string" ? value : undefined;
};

const join = (head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> => {
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
};

/** `crypto.subtle.verify` compares in constant time. */
const isSigned = async (secret: string, signed: Uint8Array<ArrayBuffer>, signatures: string): Promise<boolean> => {
  const key = await crypto.subtle.importKey("raw", decode(secret.replace(/^whsec_/, "")), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  for (const signature of signatures.split(" ").slice(0, maxSignatures)) {
    if (!signature.startsWith("v1,") || !/^[A-Za-z0-9+/]{43}=$/.test(signature.slice(3))) continue;
    if (await crypto.subtle.verify("HMAC", key, decode(signature.slice(3)), signed)) return true;
  }
  return false;
};

const decode = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

const readEvent = (id: string, bytes: Uint8Array): WebhookEvent => {
  try {
    const { type, timestamp, data } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<WebhookEvent>;
    if (typeof type === "string" && typeof timestamp === "string" && typeof data === "object" && data !== null) return { id, type, timestamp, data };
  } catch {
    // No JSON: answered as any other body that is no event.
  }
  throw new WebhookError("INVALID_PAYLOAD");
};
