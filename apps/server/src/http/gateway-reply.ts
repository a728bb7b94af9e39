import { doorAnswers, type ErrorCode, type Refusal, refusalErrors } from "@keywright/contract";
import { AppError, type VerifyOutcome } from "@keywright/core";
import type { ForwardedPolicy } from "./forwarded-request.ts";
import { identityHeaders } from "./identity-headers.ts";
import { problemOf } from "./problem.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

/** What a gateway is answered, as whoever has its connection writes it. */
export interface GatewayReply {
  readonly status: number;
  /** Names and values in turn, beside those of every answer. */
  readonly headers: readonly string[];
  /** undefined: none. */
  readonly body: string | undefined;
}

export interface DoorRefusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const admit = ({ record, spent, expiresAtMs }: VerifyOutcome): GatewayReply => {
  if (record === null) throw new Error("A valid key has no record.");
  const headers: string[] = [];
  addTo(headers, identityHeaders(record, expiresAtMs));
  if (spent !== null) addTo(headers, rateLimitHeaders(spent));
  return { status: 200, headers, body: undefined };
};

const addTo = (lines: string[], headers: Readonly<Record<string, string>>): void => {
  for (const name of Object.keys(headers)) lines.push(name, headers[name] ?? "");
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
  const lines: string[] = [];
  addTo(lines, { ...shown, ...headers, "x-keywright-status": `${status}` });
  if (denyAs403) return { status: 403, headers: lines, body: undefined };
  lines.push("content-type", type);
  return { status, headers: lines, body: JSON.stringify(problem.body) };
};
