import type { AuditAction } from "@keywright/contract";
import { newId } from "./ids.ts";
import type { Actor, AuditEntry } from "./model/audit.ts";
import type { Clock } from "./ports/clock.ts";
import type { Random } from "./ports/random.ts";

export interface AuditDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface Happening {
  readonly actor: Actor;
  readonly tenantId: string | null;
  readonly action: AuditAction;
  readonly target: {
    readonly type:
      | "key"
      | "root_key"
      | "tenant"
      | "member"
      | "team"
      | "invitation"
      | "embed_session"
      | "account"
      | "webhook"
      | "alert"
      | "alert_rule"
      | "alert_mute"
      | "audit_log";
    readonly id: string;
  };
  readonly reason?: string | null;
  readonly before?: object | null;
  readonly after?: object | null;
}

/** The audit entry of one change, to be appended in the change's own transaction. */
export const auditEntry = (deps: AuditDeps, happening: Happening): AuditEntry => ({
  id: newId(deps.random, "aud"),
  tenantId: happening.tenantId,
  atMs: deps.clock.nowMs(),
  actorType: happening.actor.type,
  actorId: happening.actor.id,
  action: happening.action,
  targetType: happening.target.type,
  targetId: happening.target.id,
  reason: happening.reason ?? null,
  ip: happening.actor.ip,
  requestId: happening.actor.requestId,
  before: happening.before ? { ...happening.before } : null,
  after: happening.after ? { ...happening.after } : null,
});

/** Keywright itself, where no person or key is behind a change. */
export const systemActor: Actor = { type: "system", id: null, tenantId: null, memberId: null, scopes: [], ip: null, requestId: null };
