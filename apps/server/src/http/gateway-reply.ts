import { doorAnswers, type ErrorCode, type Refusal, refusalErrors } from "@keywright/contract";
import { AppError, type VerifyOutcome } from "@keywright/core";
import type { ForwardedPolicy } from "./forwarded-request.ts";
import { headerLines, ownHeaderLines } from "./header-lines.ts";
import { identityHeaders } from "./identity-headers.ts";
import { flat, keepTexts } from "./kept-texts.ts";
import { problemOf } from "./problem.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

/** What a gateway is answered, as whoever has its connection writes it. */
export interface GatewayReply {
  readonly status: number;
  /** Headers as `headerLines` has them, beside those of every answer. */
  readonly lines: string;
  /** undefined: none. */
  readonly body: string | undefined;
}

export interface DoorRefusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Admits clients: who one is is said in the same words until the key changes, and a changed key has another record. */
export const createAdmit = (): ((outcome: VerifyOutcome) => GatewayReply) => {
  const introduce = keepTexts("introduction", {
    make: (record, expiresAtMs: number | null) => headerLines(identityHeaders(record, expiresAtMs)),
    pack: flat,
  });
  return ({ record, spent, expiresAtMs }) => {
    if (record === null) throw new Error("A valid key has no record.");
    const identity = introduce(record, expiresAtMs);
    return { status: 200, lines: spent === null ? identity : identity + ownHeaderLines(rateLimitHeaders(spent)), body: undefined };
  };
};

export const refusalOf = (verdict: Refusal, { spent }: VerifyOutcome, { scopes }: ForwardedPolicy): DoorRefusal => {
  const { status } = doorAnswers[verdict];
  const headers = spent === null ? {} : rateLimitHeaders(spent);
  if (verdict !== "INSUFFICIENT_SCOPE") return { code: refusalErrors[verdict], status, headers };
  const challenge = `Bearer realm="keywright", error="insufficient_scope", scope="${scopes.join(" ").replace(/[^\x21\x23-\x5b\x5d-\x7e ]/g, "")}"`;
  return {
    code: refusalErrors[verdict],
    status,
    detail: "The key lacks a scope that this request needs.",
    headers: { ...headers, "www-authenticate": challenge },
  };
};

/** nginx reads the true status from a header, and drops its connection after a body. */
export const refuse = ({ code, status, detail, headers }: DoorRefusal, { denyAs403 }: ForwardedPolicy, requestId: string): GatewayReply => {
  const problem = problemOf(new AppError(code, detail === undefined ? {} : { detail }), requestId);
  const { "content-type": type = "", ...shown } = problem.headers;
  const lines = headerLines({ ...shown, ...headers, "x-keywright-status": `${status}` });
  if (denyAs403) return { status: 403, lines, body: undefined };
  return { status, lines: lines + headerLines({ "content-type": type }), body: JSON.stringify(problem.body) };
};
