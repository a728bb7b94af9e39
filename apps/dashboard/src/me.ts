import { type Permission, type Role, rolePermissions } from "@keywright/contract";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { type Account, sessionQuery } from "./accounts.ts";
import { api, queryClient, tenantChoice } from "./api.ts";
import { remember, useStore } from "./store.ts";

/** What the person is in one tenant. */
export interface Standing {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly role: Role;
  /** undefined: an operator, who is a member of none. */
  readonly memberId: string | undefined;
}

const page = 100;

const standingsQuery = (account: Account) =>
  queryOptions({
    queryKey: ["standings", account.id],
    queryFn: () => (account.is_operator ? operatorStandings() : memberStandings(account)),
    staleTime: 60_000,
  });

const operatorStandings = async (): Promise<readonly Standing[]> => {
  const { data } = await api.call("list-tenants", { query: { limit: page } });
  return data.map(({ id, name }) => ({ tenantId: id, tenantName: name, role: "operator", memberId: undefined }));
};

/** A member sees who is in their tenant, and so what they are in it. */
const memberStandings = async ({ email }: Account): Promise<readonly Standing[]> => {
  const { data } = await api.call("list-members", { query: { limit: page } });
  return data
    .filter((member) => member.email.toLowerCase() === email.toLowerCase())
    .map((member) => ({ tenantId: member.tenant_id, tenantName: member.tenant_id, role: member.role, memberId: member.id }));
};

const nobody: Account = { id: "", email: "", name: "", is_operator: false, must_change_password: false, two_factor_enabled: false };

export interface Me {
  readonly account: Account;
  readonly standings: readonly Standing[];
  /** In the tenant that is shown; undefined: the person is in none. */
  readonly standing: Standing | undefined;
  /** Whether the role permits it; the server decides all the same. */
  readonly can: (permission: Permission) => boolean;
}

/** Who is at the page. Inside the shell, which has asked before it is shown. */
export const useMe = (): Me => {
  const account = useSuspenseQuery(sessionQuery).data.account ?? nobody;
  const standings = useSuspenseQuery(standingsQuery(account)).data;
  const tenantId = useStore(tenantChoice);
  const standing = standings.find((one) => one.tenantId === tenantId);
  const role = account.is_operator ? "operator" : standing?.role;
  return { account, standings, standing, can: (permission) => role !== undefined && rolePermissions[role].includes(permission) };
};

/** The tenant that the pages are about, as the calls that have a field for it take it. */
export const useTenant = (): { readonly tenant_id?: string } => {
  const tenantId = useStore(tenantChoice);
  return tenantId === undefined ? {} : { tenant_id: tenantId };
};

/** Looks up where the person belongs, and chooses a tenant where none that they belong to is chosen. */
export const settleIn = async (account: Account): Promise<void> => {
  const standings = await queryClient.ensureQueryData(standingsQuery(account));
  if (standings.some(({ tenantId }) => tenantId === tenantChoice.read())) return;
  tenantChoice.write(standings[0]?.tenantId);
};

export const chooseTenant = (tenantId: string): void => {
  remember.write("tenant", tenantId);
  tenantChoice.write(tenantId);
};
