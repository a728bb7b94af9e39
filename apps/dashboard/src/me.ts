import { type EndpointReply, type Permission, type Role, rolePermissions, type Tenant } from "@keywright/contract";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api, queryClient, tenantChoice } from "./api.ts";
import { createStore, remember, useStore } from "./store.ts";

/** What the person is in one tenant. */
export interface Standing {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly isSuspended: boolean;
  readonly role: Role;
  /** undefined: an operator, who is a member of none. */
  readonly memberId: string | undefined;
  readonly permissions: readonly Permission[];
  /** Whether API-key management is switched on here: off, its pages are not there. */
  readonly isManaged: boolean;
}

type Told = EndpointReply<"get-me">;

export interface Me {
  readonly account: Told["account"];
  readonly standings: readonly Standing[];
  /** In the tenant that is shown; undefined: the person is in none. */
  readonly standing: Standing | undefined;
  /** Whether the role permits it; the server decides all the same. */
  readonly can: (permission: Permission) => boolean;
}

/** What was asked before anybody knew whether somebody has signed in: a refusal of it means nothing. */
const askOnceEarly = <Answer>(call: () => Promise<Answer>) => {
  const state: { asked: Promise<Answer | undefined> | undefined } = { asked: undefined };
  return {
    ask: (): void => {
      state.asked = call().catch(() => undefined);
    },
    take: (): Promise<Answer | undefined> | undefined => {
      const { asked } = state;
      state.asked = undefined;
      return asked;
    },
  };
};

const early = askOnceEarly(() => api.call("get-me"));
const earlyTenants = askOnceEarly(() => listTenants());

/** Asks who is at the page before the session is known, where somebody has been here before. */
export const askEarly = (): void => {
  const visitor = remember.read("visited");
  if (visitor !== undefined) early.ask();
  if (visitor === asOperator) earlyTenants.ask();
};

/** Who was here last. */
const [asMember, asOperator] = ["1", "operator"];

const askMe = async (): Promise<Pick<Me, "account" | "standings">> => {
  const told = (await early.take()) ?? (await api.call("get-me"));
  return { account: told.account, standings: told.account.is_operator ? await operatorStandings(told) : told.memberships.map(toStanding) };
};

/** Who says who is at the page: the session, or in a frame inside a page of another product, its token. */
export const meSource = createStore(askMe);

const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => meSource.read()(),
  staleTime: 60_000,
});

const toStanding = ({ tenant, role, member_id, permissions, management_enabled }: Told["memberships"][number]): Standing => ({
  tenantId: tenant.id,
  tenantName: tenant.name,
  isSuspended: tenant.status === "suspended",
  role,
  memberId: member_id,
  permissions,
  isManaged: management_enabled,
});

const page = 100;

const listTenants = () => api.call("list-tenants", { query: { limit: page } });

/** An operator acts in any tenant; the switcher has the newest, and the page of tenants leads into the others. */
const operatorStandings = async ({ permissions, management_enabled }: Told): Promise<readonly Standing[]> => {
  const { data } = (await earlyTenants.take()) ?? (await listTenants());
  return data.map((tenant) => operatorStanding(tenant, { permissions, isManaged: management_enabled }));
};

const operatorStanding = ({ id, name, status }: Tenant, held: Pick<Standing, "permissions" | "isManaged">): Standing => ({
  tenantId: id,
  tenantName: name,
  isSuspended: status === "suspended",
  role: "operator",
  memberId: undefined,
  ...held,
});

/** Who is at the page. Inside the shell, which has asked before it is shown. */
export const useMe = (): Me => {
  const { account, standings } = useSuspenseQuery(meQuery).data;
  const tenantId = useStore(tenantChoice);
  const standing = standings.find((one) => one.tenantId === tenantId);
  const held = standing?.permissions ?? (account.is_operator ? rolePermissions.operator : []);
  return { account, standings, standing, can: (permission) => held.includes(permission) };
};

/** The tenant that the pages are about, as the calls that have a field for it take it. */
export const useTenant = (): { readonly tenant_id?: string } => {
  const tenantId = useStore(tenantChoice);
  return tenantId === undefined ? {} : { tenant_id: tenantId };
};

/** Looks up who has signed in and where they belong, and chooses a tenant where none that they belong to is chosen. */
export const settleIn = async (): Promise<void> => {
  const { account, standings } = await queryClient.ensureQueryData(meQuery);
  const chosen = tenantChoice.read();
  const isKnown = standings.some(({ tenantId }) => tenantId === chosen) || (chosen !== undefined && account.is_operator && (await joinTenant(chosen)));
  if (!isKnown) tenantChoice.write(standings[0]?.tenantId);
};

/** The next visit asks for what it will show before it knows who is there. */
export const rememberVisit = (): void => {
  const me = queryClient.getQueryData(meQuery.queryKey);
  if (me === undefined) return;
  remember.write("visited", me.account.is_operator ? asOperator : asMember);
  remember.write("tenant", tenantChoice.read());
};

/** Puts a tenant beyond the newest into an operator's list; false: there is none with this id. */
const joinTenant = async (tenantId: string): Promise<boolean> => {
  const tenant = await api.call("get-tenant", { params: { tenant_id: tenantId } }).catch(() => undefined);
  if (tenant === undefined) return false;
  queryClient.setQueryData(meQuery.queryKey, (me) => {
    const [one] = me?.standings ?? [];
    const held = { permissions: one?.permissions ?? rolePermissions.operator, isManaged: one?.isManaged ?? true };
    return me === undefined ? me : { ...me, standings: [...me.standings, operatorStanding(tenant, held)] };
  });
  return true;
};

/** Shows another tenant. */
export const chooseTenant = async (tenantId: string): Promise<void> => {
  const known = queryClient.getQueryData(meQuery.queryKey)?.standings.some((one) => one.tenantId === tenantId) === true;
  if (!known && !(await joinTenant(tenantId))) return;
  remember.write("tenant", tenantId);
  tenantChoice.write(tenantId);
};
