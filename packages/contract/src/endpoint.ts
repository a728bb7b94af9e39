import type { TSchema } from "typebox";
import type { ErrorCode } from "./errors.ts";
import type { Permission } from "./permissions.ts";

/** One row of the endpoint table. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly tag:
    | "Verification"
    | "Account"
    | "API keys"
    | "Tenants"
    | "Members"
    | "Teams"
    | "Invitations"
    | "Settings"
    | "Embedding"
    | "Root keys"
    | "Audit"
    | "Security"
    | "Usage"
    | "Requests"
    | "Webhooks"
    | "System"
    | "Alerts";
  /** What the caller must hold. */
  readonly permission: Permission;
  /** One line for the docs. */
  readonly doc: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Success status → body. */
  readonly replies: Readonly<Record<number, TSchema>>;
  /** Content types as which the success is streamed. JSON, and each line of `application/x-ndjson`, is as the reply's schema says. */
  readonly streams?: readonly ("application/json" | "application/x-ndjson" | "text/csv")[];
  /** Errors of this endpoint beyond those that every endpoint can answer. */
  readonly errors: readonly ErrorCode[];
  /** Whether `Idempotency-Key` makes a repetition answer as the first time, for 24 h. */
  readonly idempotent?: true;
  /** A body that works, for the docs. */
  readonly example?: unknown;
}
