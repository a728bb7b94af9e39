import type { Member } from "../model/tenant.ts";
import type { Page } from "../ports/page.ts";
import type { Stores } from "../ports/store.ts";

const pageSize = 100;
/** Of a tenant's members, so many pages are looked through. */
const maxPages = 100;
const roles: readonly string[] = ["owner", "admin"];

/** The addresses of a tenant's owners and admins, the latest first. */
export const administratorsOf = async ({ members }: Pick<Stores, "members">, tenantId: string): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page: Page<Member> = await members.list(tenantId, { limit: pageSize, after });
    found.push(...page.items.filter(({ role }) => roles.includes(role)).map(({ email }) => email));
    after = page.after;
    if (after === null) break;
  }
  return found;
};
