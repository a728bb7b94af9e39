import type { Clock } from "../ports/clock.ts";
import type { SecretUse } from "../ports/request-log.ts";
import type { Store } from "../ports/store.ts";
import type { KeyDetails } from "./key-details.ts";

/** By a secret's id: what the request log holds of its use since the newest secret was made. */
export type SecretUses = ReadonlyMap<string, SecretUse>;

interface UseDeps {
  readonly store: { readonly requests: Pick<Store["requests"], "useOfSecrets"> };
  readonly clock: Clock;
}

/** A secret is dated before its hash is made; until it is there, all requests are the old one's, which has no other end yet. */
const makingMs = 3_000;

/**
 * The log says of a request when its secret ends, not which one it was: that costs a verification nothing, and tells a replaced secret from the
 * current one as long as it ends before its key does. null: there is one secret, or they cannot be told apart.
 */
export const secretUses = async ({ store, clock }: UseDeps, { key, secrets }: KeyDetails): Promise<SecretUses | null> => {
  const [current, previous] = secrets;
  const endsAtMs = previous?.validUntilMs;
  if (current === undefined || previous === undefined || endsAtMs === undefined || endsAtMs === null) return null;
  const isOver = endsAtMs <= clock.nowMs() || key.state === "revoked";
  if (isOver || key.tenantId === null || (key.expiresAtMs !== null && key.expiresAtMs <= endsAtMs)) return null;
  const sinceMs = current.createdAtMs + makingMs;
  const { ending, others } = await store.requests.useOfSecrets({ tenantId: key.tenantId, keyId: key.id, sinceMs, endsAtMs });
  return new Map([
    [current.id, others],
    [previous.id, ending],
  ]);
};
