import type { AuditDeps } from "../audit.ts";
import { notThere } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { KeyFilter } from "../ports/key-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import type { KeySort } from "../rules/key-order.ts";
import { ownerType } from "../rules/owner.ts";
import { tenantOf } from "../visibility.ts";
import { auditLook } from "./audit-look.ts";
import { loadKey } from "./find-key.ts";
import { type KeyDetails, toDetails } from "./key-details.ts";
import { type SecretUses, secretUses } from "./secret-uses.ts";

interface ListDeps extends AuditDeps {
  readonly store: Store;
}

export interface ListKeysRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly filter: Omit<KeyFilter, "tenantId" | "nowMs">;
  readonly page: PageRequest;
  /** Newest first, where it is left out. */
  readonly sort?: KeySort;
}

/** One page of a tenant's API keys. */
export const listKeys = async (deps: ListDeps, { actor, tenantId, filter, page, sort }: ListKeysRequest): Promise<Page<KeyDetails>> => {
  const ofTenant = tenantOf(actor, tenantId);
  if (filter.ownerId !== undefined) await requireOwner(deps.store, ofTenant, filter.ownerId);
  const { items, after } = await deps.store.keys.list({ ...filter, tenantId: ofTenant, nowMs: deps.clock.nowMs() }, page, sort);
  await auditLook(deps, { actor, tenantId: ofTenant, target: { type: "tenant", id: ofTenant } });
  return { items: items.map(toDetails), after };
};

const requireOwner = async (store: Store, tenantId: string, ownerId: string): Promise<void> => {
  const type = ownerType(ownerId);
  const owner = type === "team" ? await store.teams.find(ownerId) : await store.members.find(ownerId);
  if (owner?.tenantId !== tenantId) throw notThere(type === "team" ? "/team_id" : "/owner_id", `is no ${type} of this tenant`);
};

/** A key, and where it has two secrets that work, what the request log knows of the use of each. */
export const getKey = async (
  deps: ListDeps & { keyring: Keyring },
  actor: Actor,
  keyId: string,
): Promise<KeyDetails & { readonly uses: SecretUses | null }> => {
  const stored = await loadKey(deps, actor, keyId);
  await auditLook(deps, { actor, tenantId: stored.key.row.tenantId, target: { type: "key", id: keyId } });
  const details = toDetails(stored);
  return { ...details, uses: await secretUses(deps, details) };
};
