import type { OutboxEventType } from "@keywright/contract";

/** Something that is to leave, written in the transaction of what it tells. */
export interface OutboxEvent {
  /** The same for every delivery. */
  readonly id: string;
  readonly type: OutboxEventType;
  /** Whose it is to see; null: the operators' alone. */
  readonly tenantId: string | null;
  readonly atMs: number;
  /** From when on it may leave: until then, what is added under its id is gathered in it. */
  readonly dueAtMs: number;
  /** Public fields only: never key text. */
  readonly data: Readonly<Record<string, unknown>>;
  /** How many times it has happened; null: it tells of one thing, once. */
  readonly count: number | null;
}

/** An address that is told of events. */
export interface Webhook {
  readonly id: string;
  /** null: the operators', which hears of every tenant. */
  readonly tenantId: string | null;
  /** How it is told: as Standard Webhooks wants it, or as an incoming webhook of Slack does; then `url` is its origin, and the rest is in the secret store. */
  readonly format: "standard" | "slack";
  readonly url: string;
  readonly description: string;
  /** Types; `*` is all. */
  readonly events: readonly string[];
  readonly state: "active" | "disabled";
  /** Why it is disabled; null: it is not, or a person has said so. */
  readonly disabledReason: "failing" | "gone" | null;
  /** Until when the secret before the current one signs too; null: there is none. */
  readonly previousSecretUntilMs: number | null;
  /** Deliveries that have failed since the last that came through. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  /** Nothing is sent before: the circuit is open. */
  readonly pausedUntilMs: number;
  /** Whether its people are still to be told that it was disabled. */
  readonly isMailDue: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly tenantId: string | null;
  readonly eventId: string;
  readonly type: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  /** When it is tried next, while it is pending. */
  readonly nextAtMs: number;
  readonly createdAtMs: number;
  readonly lastAtMs: number | null;
  readonly lastStatus: number | null;
  /** Why the last attempt has failed, in one sentence; null: it has not. */
  readonly lastProblem: string | null;
  /** How the last answer begins. */
  readonly lastAnswer: string | null;
}
