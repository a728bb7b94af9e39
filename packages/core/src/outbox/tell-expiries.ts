import type { Clock } from "../ports/clock.ts";
import { expiryEventId } from "../ports/outbox.ts";
import type { Store } from "../ports/store.ts";

interface ExpiryDeps {
  readonly store: Pick<Store, "transaction">;
  readonly clock: Clock;
}

/** Shorter than events are kept, by which what was told is known. */
const lookBackMs = 29 * 86_400_000;
const keysPerRun = 500;

/** Tells of keys that have come to their end, each once, however many processes do so; answers how many. */
export const tellExpiries = ({ store, clock }: ExpiryDeps): Promise<number> =>
  store.transaction(async ({ outbox }) => {
    const nowMs = clock.nowMs();
    const keys = await outbox.expiredKeys({ fromMs: nowMs - lookBackMs, toMs: nowMs }, keysPerRun);
    await outbox.add(
      keys.map((key) => ({
        id: expiryEventId(key),
        type: "key.expired",
        tenantId: key.tenantId,
        atMs: nowMs,
        dueAtMs: nowMs,
        data: { id: key.id, tenant_id: key.tenantId, expired_at_ms: key.expiresAtMs },
        count: null,
      })),
    );
    return keys.length;
  });
