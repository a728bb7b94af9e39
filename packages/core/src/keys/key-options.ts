import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Policy } from "../model/policy.ts";
import type { Store } from "../ports/store.ts";
import { tenantOf } from "../visibility.ts";
import { ungrantable } from "./require-grant.ts";

interface OptionsDeps {
  readonly store: Pick<Store, "members" | "tenants">;
  readonly keyring: Keyring;
  readonly policy: Policy;
}

interface ScopeOption {
  readonly name: string;
  readonly description: string;
  /** Whether the actor may grant it. */
  readonly isGrantable: boolean;
}

/** What may be chosen for a key of the tenant: the operator's catalogue, and which of it the actor may grant. */
export const describeKeyOptions = async (deps: OptionsDeps, actor: Actor, named: string | undefined): Promise<readonly ScopeOption[]> => {
  const { store, keyring, policy } = deps;
  if ((await store.tenants.find(tenantOf(actor, named))) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
  const refused = await ungrantable({ stores: store, keyring }, actor, Object.keys(policy.scopes));
  return Object.entries(policy.scopes).map(([name, description]) => ({ name, description, isGrantable: !refused.includes(name) }));
};
