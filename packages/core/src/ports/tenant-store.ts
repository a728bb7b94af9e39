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
  /** Those of these tenants that there are, in no order. */
  findAll(tenantIds: readonly string[]): Promise<readonly Signed<Tenant>[]>;
  /** Newest first, by id descending; `after` is an id. */
  list(filter: TenantFilter, page: PageRequest): Promise<Page<Signed<Tenant>>>;
}

export interface MemberStore {
  /** false, and nothing done, where the tenant already has a member with this address (compared without case) or this account. */
  insert(member: Member): Promise<boolean>;
  /** The member, its row locked until the transaction ends: whoever counts or adds its keys holds this lock. */
  lock(memberId: string): Promise<Member | undefined>;
  find(memberId: string): Promise<Member | undefined>;
  /** Newest first, by id descending; `after` is an id. */
  list(tenantId: string, page: PageRequest): Promise<Page<Member>>;
  /** The member that the account is of this tenant. */
  findOfAccount(accountId: string, tenantId: string): Promise<Member | undefined>;
  /** The member of this tenant with this address, compared without case. */
  findByEmail(tenantId: string, email: string): Promise<Member | undefined>;
  /** All members that the account is, of any tenant, newest first. */
  listOfAccount(accountId: string, page: PageRequest): Promise<Page<Member>>;
  /** Members with this address (compared without case) that no account is linked to, of any tenant, newest first. */
  listUnlinked(email: string, page: PageRequest): Promise<Page<Member>>;
  /** How many members of the tenant are owners. Exact where the tenant's row is locked. */
  countOwners(tenantId: string): Promise<number>;
  /** Replaces the row with the same id. Callers hold its lock. Rejects where the account is another member of the tenant already. */
  update(member: Member): Promise<void>;
  /** Takes the row away, and its places in teams. */
  remove(memberId: string): Promise<void>;
}
