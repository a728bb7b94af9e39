import type { Signed } from "../model/key.ts";
import type { Member, Tenant } from "../model/tenant.ts";
import type { Page, PageRequest } from "./page.ts";

export interface TenantFilter {
  readonly status?: "active" | "suspended";
  /** Part of the name, case-insensitive. */
  readonly q?: string;
}

export interface TenantStore {
  insert(tenant: Signed<Tenant>): Promise<void>;
  /** Replaces the row with the same id. Callers hold its lock. */
  update(tenant: Signed<Tenant>): Promise<void>;
  /** The tenant, its row locked until the transaction ends. */
  lock(tenantId: string): Promise<Signed<Tenant> | undefined>;
  find(tenantId: string): Promise<Signed<Tenant> | undefined>;
  /** Newest first, by id descending; `after` is an id. */
  list(filter: TenantFilter, page: PageRequest): Promise<Page<Signed<Tenant>>>;
}

export interface MemberStore {
  /** false, and nothing done, where the tenant already has a member with this address (compared without case). */
  insert(member: Member): Promise<boolean>;
  /** The member, its row locked until the transaction ends: whoever counts or adds its keys holds this lock. */
  lock(memberId: string): Promise<Member | undefined>;
  find(memberId: string): Promise<Member | undefined>;
  /** Newest first, by id descending; `after` is an id. */
  list(tenantId: string, page: PageRequest): Promise<Page<Member>>;
}
