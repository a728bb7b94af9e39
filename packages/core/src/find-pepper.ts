import { pepperPath } from "./load-peppers.ts";
import type { Clock } from "./ports/clock.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import type { Store } from "./ports/store.ts";

interface FindDeps {
  readonly secretStore: Pick<SecretStore, "read">;
  readonly store: Pick<Store, "keys">;
  readonly clock: Clock;
}

/**
 * here: it can be loaded. unmade: nobody has one, and the first start makes it. elsewhere: the store has keys, which were made with a pepper
 * that this secret store does not have; by a new one every one of them would be refused.
 */
type FoundPepper = "here" | "unmade" | "elsewhere";

/** Where the pepper of this store's keys is. Every installation has a root key from its first start on; none is ever deleted. */
export const findPepper = async ({ secretStore, store, clock }: FindDeps): Promise<FoundPepper> => {
  const isHere = async (): Promise<boolean> => (await secretStore.read(pepperPath)) !== undefined;
  if (await isHere()) return "here";
  const { items } = await store.keys.list({ tenantId: null, nowMs: clock.nowMs() }, { limit: 1, after: null });
  if (items.length === 0) return "unmade";
  // Another process may have had its first start between the two looks: the pepper comes before the key, so it is here by now.
  return (await isHere()) ? "here" : "elsewhere";
};
