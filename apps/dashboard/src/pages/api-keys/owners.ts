import type { ApiKey } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api.ts";
import { useMe, useTenant } from "../../me.ts";
import { words } from "../../words/words.ts";

/** Names that are looked up; a key of somebody beyond them says what its owner is, not who. */
const limit = 100;

export interface Owners {
  readonly members: readonly { readonly id: string; readonly name: string }[];
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly nameOf: (owner: ApiKey["owner"]) => string;
}

/** Who owns the tenant's keys, by name. */
export const useOwners = (): Owners => {
  const { standing, can } = useMe();
  const query = { ...useTenant(), limit };
  const members = useQuery({ ...read("list-members", { query }), enabled: can("members:read") }).data?.data ?? [];
  const teams = useQuery({ ...read("list-teams", { query }), enabled: can("teams:read") }).data?.data ?? [];
  const names = new Map([...members, ...teams].map(({ id, name }) => [id, name]));
  const nameOf = ({ type, id }: ApiKey["owner"]): string => {
    if (id !== null && id === standing?.memberId) return words.keys.me;
    if (type === "tenant" || type === "operator") return words.keys.theTenant;
    return names.get(id ?? "") ?? (type === "team" ? words.keys.aTeam : words.keys.aMember);
  };
  return { members, teams, nameOf };
};
