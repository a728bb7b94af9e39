import { type AuditDeps, auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import { answerOnce, type Idempotency, plainCodec } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { RateLimit } from "../model/limits.ts";
import type { Tenant } from "../model/tenant.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import type { TenantFilter } from "../ports/tenant-store.ts";
import { isTenantSigned, signTenant } from "../signing.ts";
import { sees } from "../visibility.ts";

export interface TenantDeps extends AuditDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
}

export interface CreateTenantRequest {
  readonly actor: Actor;
  readonly name: string;
  readonly tier: Tenant["tier"];
  readonly rateLimit: RateLimit | null;
  readonly idempotency: Idempotency | null;
}

export const createTenant = (deps: TenantDeps, { actor, idempotency, name, tier, rateLimit }: CreateTenantRequest): Promise<Tenant> =>
  answerOnce(deps, {
    idempotency,
    codec: plainCodec<Tenant>(),
    work: async (keep) => {
      const nowMs = deps.clock.nowMs();
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
      const tenant: Tenant = {
        id: newId(deps.random, "ten"),
        name,
        tier,
        status: "active",
        rateLimit,
        developerScopes: null,
        reminders: null,
        ...times,
        revision: 1,
      };
      await deps.store.transaction(async (stores) => {
        await stores.tenants.insert(signTenant(deps.keyring, tenant));
        const happening = { actor, tenantId: tenant.id, action: "tenant.created", target: { type: "tenant", id: tenant.id } } as const;
        await stores.audit.append(auditEntry(deps, { ...happening, after: auditView(tenant) }));
        await keep(stores, tenant);
      });
      return tenant;
    },
  });

/** What shall change; a field that is left out stays. */
export type TenantChange = Partial<Pick<Tenant, "name" | "tier" | "status" | "rateLimit">>;

export interface UpdateTenantRequest {
  readonly actor: Actor;
  readonly tenantId: string;
  readonly change: TenantChange;
  /** The revision that the caller saw; null: whatever it is now. */
  readonly ifRevision: number | null;
}

/** Changes a tenant; in force for all its keys everywhere when this resolves and says so. */
export const updateTenant = (deps: TenantDeps, { actor, tenantId, change, ifRevision }: UpdateTenantRequest): Promise<Committed<Tenant>> =>
  commitChange(deps, async (stores) => {
    const stored = await stores.tenants.lock(tenantId);
    if (stored === undefined) throw new AppError("NOT_FOUND");
    if (!isTenantSigned(deps.keyring, stored))
      throw new AppError("NOT_FOUND", { detail: "The tenant's row was edited behind Keywright's back; it is refused everywhere." });
    const before = stored.row;
    if (ifRevision !== null && ifRevision !== before.revision) throw new AppError("PRECONDITION_FAILED");
    const after: Tenant = { ...before, ...change, updatedAtMs: deps.clock.nowMs(), revision: before.revision + 1 };
    await stores.tenants.update(signTenant(deps.keyring, after));
    if (after.status === "suspended") await stores.embedSessions.removeOfTenant(tenantId);
    const happening = { actor, tenantId, action: "tenant.updated", target: { type: "tenant", id: tenantId } } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, before: auditView(before), after: auditView(after) }));
    return { result: after, changed: [after] };
  });

export const getTenant = async (deps: Pick<TenantDeps, "store">, actor: Actor, tenantId: string): Promise<Tenant> => {
  const stored = sees(actor, tenantId) ? await deps.store.tenants.find(tenantId) : undefined;
  if (stored === undefined) throw new AppError("NOT_FOUND");
  return stored.row;
};

export const listTenants = async (deps: Pick<TenantDeps, "store">, filter: TenantFilter, page: PageRequest): Promise<Page<Tenant>> => {
  const { items, after } = await deps.store.tenants.list(filter, page);
  return { items: items.map(({ row }) => row), after };
};

const auditView = ({ name, tier, status, rateLimit, revision }: Tenant) => ({ name, tier, status, rate_limit: rateLimit, revision });
