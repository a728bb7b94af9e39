import { createHmac } from "node:crypto";
import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { WebhookAnswer, WebhookMessage, WebhookSender } from "@keywright/core";
import { addressOf, isPublicAddress, targetRefusal } from "./target.ts";

interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface WebhookSenderOptions {
  /** Whether plain HTTP, private addresses and any port are targets too. */
  readonly isPrivateAllowed: boolean;
  readonly nowMs: () => number;
  /** All addresses of a name; left out: as the system says. */
  readonly resolve?: (hostname: string) => Promise<readonly Resolved[]>;
  /** What leads from the target's own trace to that of the attempt (`traceparent`); asked in the attempt's context. Left out: nothing does. */
  readonly traceHeaders?: () => Readonly<Record<string, string>>;
  /** For a whole attempt; 15 s where left out. */
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 15_000;
const maxAnswerLength = 200;
/** Of UTF-8, and so enough for as many characters. */
const maxAnswerBytes = 4 * maxAnswerLength;

export const createWebhookSender = (options: WebhookSenderOptions): WebhookSender => ({
  refusalOf: (url) => targetRefusal(url, options),
  secretOf: (bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`,
  send: (message) => attempt(options, message.url, () => signedForm(options, message)),
  post: ({ url, body }) => attempt(options, url, () => plainForm(body)),
});

/** Whatever the target does, it has answered or failed within the deadline. */
const attempt = async (options: WebhookSenderOptions, address: string, formOf: () => Form): Promise<WebhookAnswer> => {
  const refusal = targetRefusal(address, options);
  if (refusal !== undefined) return { problem: `The address ${refusal}.` };
  const signal = AbortSignal.timeout(options.deadlineMs ?? defaultDeadlineMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Late()), { once: true });
  });
  try {
    // A name that is never resolved has no signal of its own to end it.
    return await Promise.race([postPinned(options, { address, formOf, signal }), late]);
  } catch (error) {
    return { problem: problemOf(error) };
  }
};

class Late extends Error {}
/** Its message is one sentence for whoever owns the webhook. */
class Refused extends Error {}

interface Attempt {
  readonly address: string;
  readonly formOf: () => Form;
  readonly signal: AbortSignal;
}

const postPinned = async (options: WebhookSenderOptions, { address, formOf, signal }: Attempt): Promise<WebhookAnswer> => {
  const url = new URL(address);
  return post({ url, pinned: await pin(options, url), ...formOf(), signal });
};

/** The one address that is connected to: resolved once and judged, so that another answer to a second question changes nothing. */
const pin = async ({ isPrivateAllowed, resolve = resolveBySystem }: WebhookSenderOptions, url: URL): Promise<Resolved | undefined> => {
  // An address was judged with the URL, and is not resolved.
  if (addressOf(url) !== undefined) return undefined;
  const found = await resolve(url.hostname);
  const [first] = found;
  if (first === undefined) throw new Refused("The name has no address.");
  if (!isPrivateAllowed && !found.every(({ address }) => isPublicAddress(address)))
    throw new Refused("The name leads to a private, local or reserved address.");
  return first;
};

const resolveBySystem = (hostname: string): Promise<readonly Resolved[]> => lookup(hostname, { all: true });

interface Form {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As Standard Webhooks 1.0.0 wants it: each secret signs `{id}.{timestamp}.{body}`. */
const signedForm = ({ nowMs, traceHeaders = () => ({}) }: WebhookSenderOptions, { id, type, atMs, data, secrets }: WebhookMessage): Form => {
  const body = JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
  const timestamp = String(Math.floor(nowMs() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  const headers = {
    ...traceHeaders(),
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "Keywright-Webhooks",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
  return { headers, body };
};

const plainForm = (content: Readonly<Record<string, unknown>>): Form => {
  const body = JSON.stringify(content);
  return {
    headers: { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), "user-agent": "Keywright-Webhooks" },
    body,
  };
};

interface Post extends Form {
  readonly url: URL;
  readonly pinned: Resolved | undefined;
  readonly signal: AbortSignal;
}

/** Neither a proxy nor a kept connection: it goes to the address that was judged, and is closed. */
const post = ({ url, pinned, headers, body, signal }: Post): Promise<WebhookAnswer> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? tlsRequest : plainRequest;
    const call = send(url, { method: "POST", headers, signal, agent: false, maxHeaderSize: 16_384, ...(pinned && { lookup: lookupOf(pinned) }) });
    call.once("error", reject);
    call.once("response", (response: IncomingMessage) => {
      readStart(response)
        .then((text) => resolve({ status: response.statusCode ?? 0, retryAfterSeconds: readRetryAfter(response), text }))
        .catch(reject)
        .finally(() => call.destroy());
    });
    call.end(body);
  });

const lookupOf =
  ({ address, family }: Resolved): LookupFunction =>
  (_hostname, { all }, done) => {
    if (all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };

/** How the body begins. A body that is longer, or never ends, is not waited for: the status has said what counts. */
const readStart = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const enough = setTimeout(() => response.destroy(), bodyPatienceMs);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxAnswerBytes) break;
    }
  } catch {
    // The status is there; what is missing of the body is only shown.
  } finally {
    clearTimeout(enough);
  }
  return printable(Buffer.concat(chunks).toString("utf8")).slice(0, maxAnswerLength);
};

const bodyPatienceMs = 1_000;

/** PostgreSQL takes no NUL, a terminal should take no control character, and half a pair of surrogates is no character. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ").replaceAll(/\p{Cs}/gu, "");

const readRetryAfter = ({ headers }: IncomingMessage): number | null => {
  const text = headers["retry-after"];
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null;
};

/** Codes of Node's and OpenSSL's errors, which hold nothing of the target's own words. */
const problemOf = (error: unknown): string => {
  if (error instanceof Refused) return error.message;
  if (error instanceof Late || (error instanceof Error && error.name === "AbortError")) return "The target did not answer in time.";
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return `The target cannot be reached (${code}).`;
};
