import type { StreamEvent } from "@keywright/contract";
import type { VerdictSecond, VerdictWatch } from "@keywright/core";
import { toWireRequest } from "../handlers/list-logged-requests.ts";
import type { EventFeed } from "./event-streams.ts";

/** More than of changes: each costs a text a second, which those of one tenant or key share. */
export const verdictStreamBounds = { streams: 1_024, streamsOfTenant: 128 } as const;

export const verdictsFeed = (verdicts: Pick<VerdictWatch, "watch">): EventFeed => {
  const events = new WeakMap<VerdictSecond, StreamEvent>();
  const eventOf = (second: VerdictSecond): StreamEvent => {
    const known = events.get(second);
    if (known !== undefined) return known;
    const event = toEvent(second);
    events.set(second, event);
    return event;
  };
  return {
    watch: ({ tenantId, keyId }, { onEvent, onGap }) => {
      if (tenantId === null) throw new Error("Verdicts are watched of one tenant.");
      return verdicts.watch({ tenantId, keyId: keyId ?? null, onSecond: (second) => onEvent(eventOf(second)), onGap });
    },
  };
};

const toEvent = ({ atMs, tenantId, requests, refused, shown, isSampled }: VerdictSecond): StreamEvent => ({
  type: "verdicts",
  at: new Date(atMs).toISOString(),
  tenant_id: tenantId,
  requests,
  errors: refused,
  shown: shown.map(toWireRequest),
  is_sampled: isSampled,
});
