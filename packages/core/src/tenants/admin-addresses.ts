import type { Member } from "../model/tenant.ts";
import type { Page } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";

const pageSize = 100;
/** Of a tenant's members, so many pages are looked through. */
const maxPages = 100;
const mailedRoles: readonly string[] = ["owner", "admin"];

/** Where a tenant's owners and admins are reached by mail; the operators (null) have no address here. */
export const adminAddresses = async (store: Pick<Store, "members">, tenantId: string | null): Promise<readonly string[]> => {
  if (tenantId === null) return [];
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page: Page<Member> = await store.members.list(tenantId, { limit: pageSize, after });
    found.push(...page.items.filter(({ role }) => mailedRoles.includes(role)).map(({ email }) => email));
    after = page.after;
    if (after === null) break;
  }
  return found;
};
