import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyFilter } from "../ports/key-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import { tenantOf } from "../visibility.ts";
import { loadKey } from "./find-key.ts";
import { type KeyDetails, toDetails } from "./key-details.ts";

interface ListDeps {
  readonly store: Store;
  readonly clock: Clock;
}

export interface ListKeysRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly filter: Omit<KeyFilter, "tenantId" | "nowMs">;
  readonly page: PageRequest;
}

/** One page of a tenant's API keys, newest first. */
export const listKeys = async (deps: ListDeps, { actor, tenantId, filter, page }: ListKeysRequest): Promise<Page<KeyDetails>> => {
  const { items, after } = await deps.store.keys.list({ ...filter, tenantId: tenantOf(actor, tenantId), nowMs: deps.clock.nowMs() }, page);
  return { items: items.map(toDetails), after };
};

export const getKey = async (deps: { store: Store; keyring: Keyring }, actor: Actor, keyId: string): Promise<KeyDetails> =>
  toDetails(await loadKey(deps, actor, keyId));
