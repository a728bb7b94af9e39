import type { Calls, Verification } from "../generated/api.ts";
import { KeywrightError } from "../keywright-error.ts";
import type { VerifyRequest } from "../verify-batch.ts";
import { type ClientAddress, createClientAddress } from "./client-address.ts";
import { type KeyHeaders, readKey } from "./read-key.ts";
import { budgetHeaders, invalidKey, noKey, type Refusal, refusalOf, unreachable } from "./refusal.ts";
import { createReporter, type ResponseBatch, type ResponseReporter } from "./response-reporter.ts";
import { isVerification, isVerified, type VerifiedKey } from "./verified-key.ts";

/** Whatever verifies: a client (`createClient`), or the engine in the same process (`openEngine` of `@keywright/server`). */
export interface Verifier {
  verify(request: VerifyRequest): Promise<Verification>;
  readonly usage?: { readonly get?: unknown; reportResponses?(batch: ResponseBatch): Promise<unknown> };
}

export interface GuardOptions {
  readonly keywright: Verifier;
  /**
   * What becomes of requests while Keywright cannot be reached, is late or answers garbage. "refuse" (the default): 503. "pass": they reach the
   * API without `apiKey`; requests without a key are refused all the same.
   */
  readonly onUnreachable?: "refuse" | "pass";
  /** Milliseconds that a request waits for its verdict at most. Default 1,000. */
  readonly timeoutMs?: number;
  /** Addresses or CIDR ranges of the proxies in front, whose `X-Forwarded-For` is believed. Default none: the client is whoever is connected. */
  readonly trustedProxies?: readonly string[];
  /** Milliseconds between reports of what was answered. Default 5,000; 0: nothing is reported. */
  readonly reportEveryMs?: number;
  /** Told why a request was not verified, for the log. */
  readonly onFailure?: (error: unknown) => void;
}

/** One request at the door. */
export interface Asked extends KeyHeaders {
  readonly method: string;
  /** The route's template, such as `/v1/emails/{id}`; undefined: the framework does not tell. */
  readonly template: string | undefined;
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
}

export interface Admission {
  /** undefined: let through unverified, by the operator's choice. */
  readonly apiKey: VerifiedKey | undefined;
  /** For the response, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** To be called once the status is known. */
  readonly answered: (status: number) => void;
}

export type Decision = { readonly admitted: Admission } | { readonly refused: Refusal };

export interface Guard {
  /** Never rejects. */
  check(asked: Asked, scopes: readonly string[]): Promise<Decision>;
  /** Sends the last counts. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 1_000;
const defaultReportEveryMs = 5_000;

/** Refusals that tell nothing are answered at the next multiple of this, so that their time does not tell either. */
const floorMs = 10;
/** Refusals that are held back at once; a flood of more is answered directly. */
const maxHeldBack = 10_000;

/** Throws RangeError for options that cannot be used. */
export const openGuard = (options: GuardOptions): Guard => {
  const { keywright, timeoutMs = defaultTimeoutMs, trustedProxies = [], onFailure = () => {} } = options;
  if (!(timeoutMs >= 1 && timeoutMs <= 60_000)) throw new RangeError("timeoutMs must be from 1 to 60000.");
  const clientAddress = createClientAddress(trustedProxies);
  const reporter = openReporter(options);
  const holdBack = createHoldBack();
  const ask = async (request: VerifyRequest): Promise<Verification | Refusal | undefined> => {
    try {
      return readVerification(await withDeadline(keywright.verify(request), timeoutMs));
    } catch (error) {
      try {
        onFailure(error);
      } catch {
        // A log that fails changes no verdict.
      }
      return options.onUnreachable === "pass" && isOutage(error) ? undefined : unreachable;
    }
  };
  const admit = (verification: VerifiedKey, request: VerifyRequest, startedMs: number): Decision => {
    const count = { keyId: verification.key_id, endpoint: labelOf(request) };
    const answered = (status: number): void => reporter?.count({ ...count, status, latencyMs: performance.now() - startedMs });
    return { admitted: { apiKey: verification, headers: budgetHeaders(verification), answered } };
  };
  return {
    check: async (asked, scopes) => {
      const startedMs = performance.now();
      const key = readKey(asked);
      if (key === undefined) return { refused: noKey };
      if (key === "ambiguous") return holdBack(startedMs);
      const request = toRequest(asked, { key: key.text, scopes, clientAddress });
      const verification = await ask(request);
      if (verification === undefined) return unverified;
      if ("body" in verification) return { refused: verification };
      if (isVerified(verification)) return admit(verification, request, startedMs);
      const refused = refusalOf(verification, scopes, 1);
      return refused === invalidKey ? holdBack(startedMs) : { refused };
    },
    close: async () => reporter?.close(),
  };
};

const unverified: Decision = { admitted: { apiKey: undefined, headers: {}, answered: () => {} } };

const openReporter = ({ keywright: { usage }, reportEveryMs = defaultReportEveryMs, onFailure }: GuardOptions): ResponseReporter | undefined => {
  if (usage?.reportResponses === undefined || reportEveryMs === 0) return undefined;
  const { reportResponses } = usage;
  const send = (batch: ResponseBatch) =>
    reportResponses(batch).catch((error: unknown) => {
      onFailure?.(error);
      throw error;
    });
  return createReporter({ everyMs: reportEveryMs, isPassing: isOutage, send });
};

interface Known {
  readonly key: string;
  readonly scopes: readonly string[];
  readonly clientAddress: ClientAddress;
}

const maxTemplateLength = 180;

const toRequest = ({ method, template, peer, forwardedFor }: Asked, { key, scopes, clientAddress }: Known): Calls["verify-key"]["body"] => {
  const ip = clientAddress(peer, forwardedFor);
  const endpoint = template?.replace(/[^\x21-\x7e]/g, "_").slice(0, maxTemplateLength);
  return {
    key,
    scopes,
    ...(ip !== undefined && { ip }),
    ...(endpoint !== undefined && endpoint !== "" && { endpoint, ...(/^[A-Z]{1,16}$/.test(method) && { method }) }),
  };
};

/** The label that Keywright counts the verification under. */
const labelOf = ({ method, endpoint }: VerifyRequest): string => (endpoint === undefined ? "-" : method === undefined ? endpoint : `${method} ${endpoint}`);

/** Whether an error says that Keywright is away. A credential that it refuses is the operator's mistake, and opens nothing. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof KeywrightError) ||
  error.code === "TIMED_OUT" ||
  error.code === "UNREACHABLE" ||
  error.code === "INVALID_REPLY" ||
  (error.status !== null && error.status >= 500);

const readVerification = (answer: unknown): Verification => {
  if (!isVerification(answer)) throw new TypeError("Keywright's answer is not a verification.");
  return answer;
};

const withDeadline = <Value>(work: Promise<Value>, ms: number): Promise<Value> => {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No verdict came within ${ms} ms.`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const createHoldBack = (): ((startedMs: number) => Promise<Decision>) => {
  const state = { waiting: 0 };
  return async (startedMs) => {
    const elapsedMs = performance.now() - startedMs;
    const waitMs = Math.max(1, Math.ceil(elapsedMs / floorMs)) * floorMs - elapsedMs;
    if (state.waiting >= maxHeldBack) return { refused: invalidKey };
    state.waiting++;
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(waitMs)));
    state.waiting--;
    return { refused: invalidKey };
  };
};
