import type { AuditAction, OutboxEventType } from "@keywright/contract";
import type { AuditEntry } from "../model/audit.ts";
import type { OutboxEvent } from "../model/webhook.ts";

/** What each action of the audit log tells the outside; null: nothing. An action that is not decided on here does not compile. */
export const eventOfAction: Readonly<Record<AuditAction, OutboxEventType | null>> = {
  "key.created": "key.created",
  "key.updated": "key.updated",
  "key.regenerated": "key.rotated",
  "key.revoked": "key.revoked",
  "key.handed_over": "key.handed_over",
  // A security event of its own.
  "key.tampering_refused": null,
  "keys.viewed": null,
  "root_key.created": null,
  "root_key.revoked": null,
  "tenant.created": "tenant.created",
  "tenant.updated": "tenant.updated",
  "tenant.tampering_refused": null,
  "settings.updated": "tenant.settings_updated",
  "member.created": "member.created",
  "member.linked": null,
  "member.role_changed": "member.role_changed",
  "member.removed": "member.removed",
  "members.viewed": null,
  "invitation.created": null,
  "invitation.resent": null,
  "invitation.withdrawn": null,
  "invitation.accepted": null,
  "invitation.refused": null,
  "invitations.viewed": null,
  "team.created": null,
  "team.updated": null,
  "team.deleted": null,
  "team.member_added": null,
  "team.member_removed": null,
  "webhook.created": null,
  "webhook.updated": null,
  "webhook.secret_rotated": null,
  "webhook.disabled": null,
  "webhook.deleted": null,
  // Alerts make events of their own.
  "alert.acknowledged": null,
  "alert_rule.updated": null,
  "alert_mute.created": null,
  "alert_mute.deleted": null,
  "requests.viewed": null,
  "security_events.viewed": null,
  "audit_log.viewed": null,
  "audit_log.exported": null,
  "audit_log.dropped": null,
  "embed_session.created": null,
  "embed_session.ended": null,
  "account.signed_in": null,
  "account.signed_out": null,
  "account.password_changed": null,
  "account.password_reset": null,
  "account.second_factor_enabled": null,
  "account.second_factor_disabled": null,
  "account.second_factor_refused": null,
  "account.recovery_codes_renewed": null,
  "account.session_revoked": null,
  "account.sessions_revoked": null,
  "account.reminders_chosen": null,
  "account.sso_refused": null,
};

/** Standard Webhooks bounds a body by 20 kB; what is left is for its frame, and for characters of several bytes. */
const maxStateLength = 6_000;

const bounded = (state: AuditEntry["before"]): AuditEntry["before"] => (state !== null && JSON.stringify(state).length > maxStateLength ? null : state);

/** The event that an entry makes; it has an id of its own, for the audit log's are no one else's. */
export const eventOfEntry = (entry: AuditEntry, newEventId: () => string): OutboxEvent | undefined => {
  const type = Object.hasOwn(eventOfAction, entry.action) ? eventOfAction[entry.action as AuditAction] : null;
  if (type === null) return undefined;
  const { tenantId, atMs, targetId, actorType, actorId, reason, before, after } = entry;
  const actor = { type: actorType, id: actorId };
  const data = { id: targetId, tenant_id: tenantId, actor, reason, before: bounded(before), after: bounded(after) };
  return { id: newEventId(), type, tenantId, atMs, dueAtMs: atMs, data, count: null };
};
