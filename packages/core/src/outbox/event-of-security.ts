import type { SecurityEvent } from "../model/security-event.ts";
import type { OutboxEvent } from "../model/webhook.ts";

/** The same as the API shows of it, under the same id. */
export const eventOfSecurity = (event: SecurityEvent): OutboxEvent => {
  const { id, kind, severity, tenantId, subjectType, subjectId, atMs, lastAtMs, count, details } = event;
  return {
    id,
    type: kind === "key.used_after_revocation" ? kind : "security_event.noticed",
    tenantId,
    atMs,
    dueAtMs: atMs,
    data: {
      id,
      kind,
      severity,
      tenant_id: tenantId,
      subject: { type: subjectType, id: subjectId },
      at_ms: atMs,
      last_at_ms: lastAtMs,
      count,
      details,
    },
    count: null,
  };
};
