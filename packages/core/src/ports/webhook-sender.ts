/** One attempt to deliver an event. */
export interface WebhookMessage {
  readonly url: string;
  /** `whsec_…`, the current one first: each signs. */
  readonly secrets: readonly string[];
  /** The same for every delivery of the event. */
  readonly id: string;
  readonly type: string;
  /** When it happened. */
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came of it: an answer, whatever it says; or in one sentence why there is none. */
export type WebhookAnswer =
  | {
      readonly status: number;
      /** Where the target says when to come again. */
      readonly retryAfterSeconds: number | null;
      /** How the body begins, at most 200 characters. */
      readonly text: string;
    }
  | { readonly problem: string };

/** Sends events in the format of Standard Webhooks 1.0.0, to targets that may be hostile. */
export interface WebhookSender {
  /** Why nothing is ever sent to this address, as one clause; undefined: it may be sent to, as far as the address alone tells. */
  refusalOf(url: string): string | undefined;
  /** The signing secret that these bytes make, 24 to 64 of them: `whsec_…`. */
  secretOf(bytes: Uint8Array): string;
  /** Resolves within 20 seconds, whatever the target does. Redirects are not followed. */
  send(message: WebhookMessage): Promise<WebhookAnswer>;
  /** The same of a body that nobody signs: whoever has the address may post to it. */
  post(message: { readonly url: string; readonly body: Readonly<Record<string, unknown>> }): Promise<WebhookAnswer>;
}
