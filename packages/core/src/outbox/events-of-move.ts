import type { OutboxEventType } from "@keywright/contract";
import type { UsageMove } from "../model/usage.ts";
import type { OutboxEvent } from "../model/webhook.ts";

const minuteMs = 60_000;
/** How far processes' clocks may be apart: so long a minute waits for what others count in it. */
const lateMs = 10_000;

const kinds: Readonly<Record<string, { readonly type: OutboxEventType; readonly name: string }>> = {
  RATE_LIMITED: { type: "key.limit_exceeded", name: "limit" },
  QUOTA_EXCEEDED: { type: "key.quota_reached", name: "quota" },
};

/** What a delivery of counts says of keys that have used up what they may: one event a key, kind and minute, however many deliveries the minute has. */
export const eventsOfMove = ({ counts }: UsageMove, nowMs: number): readonly OutboxEvent[] => {
  const minute = Math.floor(nowMs / minuteMs);
  const events = new Map<string, OutboxEvent>();
  for (const { keyId, tenantId, outcome, requests } of counts) {
    const kind = Object.hasOwn(kinds, outcome) ? kinds[outcome] : undefined;
    if (kind === undefined || requests < 1) continue;
    const id = `evt_${keyId}_${kind.name}_${minute}`;
    const count = (events.get(id)?.count ?? 0) + requests;
    const times = { atMs: minute * minuteMs, dueAtMs: (minute + 1) * minuteMs + lateMs };
    events.set(id, { id, type: kind.type, tenantId, ...times, data: { id: keyId, tenant_id: tenantId }, count });
  }
  return [...events.values()];
};
