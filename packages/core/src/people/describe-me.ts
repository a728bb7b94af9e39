import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Member, Tenant } from "../model/tenant.ts";
import type { Store } from "../ports/store.ts";
import type { SignedIn } from "./signed-in.ts";

interface MeDeps {
  /** Of all tenants: a person may be in several. */
  readonly store: Pick<Store, "members" | "tenants">;
}

export interface Membership {
  readonly member: Member;
  readonly tenant: Tenant;
}

export interface Me {
  readonly signedIn: SignedIn;
  /** The latest first. */
  readonly memberships: readonly Membership[];
}

/** More tenants than anyone is in. */
const maxMemberships = 100;

/** Who is signed in, and of which tenants they are a member; suspended ones among them. */
export const describeMe = async ({ store }: MeDeps, { type, signedIn }: Actor): Promise<Me> => {
  if (type !== "account" || signedIn === undefined) throw new AppError("PERMISSION_DENIED", { detail: "This call is for people who have signed in." });
  const { items } = await store.members.listOfAccount(signedIn.accountId, { limit: maxMemberships, after: null });
  const memberships: Membership[] = [];
  for (const member of items) {
    const tenant = await store.tenants.find(member.tenantId);
    if (tenant !== undefined) memberships.push({ member, tenant: tenant.row });
  }
  return { signedIn, memberships };
};
