import { rolePermissions } from "@keywright/contract";
import type { ApiKey } from "../model/key.ts";
import { administratorsOf } from "../people/administrators.ts";
import type { Stores } from "../ports/store.ts";
import { ownerType } from "../rules/owner.ts";

type PeopleStores = Pick<Stores, "members" | "teams">;

/** Of one key, so many hear at most: the latest members of a team, or of its tenant's owners and admins. */
const maxRecipients = 20;

/** Who hears of a key: persons, as addresses in lower case. */
export interface Recipients {
  of(stores: PeopleStores, key: Pick<ApiKey, "ownerId" | "tenantId">): Promise<readonly string[]>;
}

/**
 * Its owner; of a team, those in it who may change keys. Where there is no such person (who was removed, a team that nobody is in, a key of the tenant's
 * own), the tenant's owners and admins. What was found is kept: for one pass over many keys, and no longer.
 */
export const createRecipients = (): Recipients => {
  const found = new Map<string, Promise<readonly string[]>>();
  const once = (name: string, ask: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    const asked = found.get(name) ?? ask();
    found.set(name, asked);
    return asked;
  };
  return {
    of: async (stores, { ownerId, tenantId }) => {
      if (tenantId === null) return [];
      const owners = ownerId === null ? [] : await once(ownerId, () => ownersOf(stores, ownerId, tenantId));
      return owners.length > 0 ? owners : once(tenantId, async () => asPersons(await administratorsOf(stores, tenantId)));
    },
  };
};

const ownersOf = async ({ members, teams }: PeopleStores, ownerId: string, tenantId: string): Promise<readonly string[]> => {
  if (ownerType(ownerId) === "member") {
    const member = await members.find(ownerId);
    return member?.tenantId === tenantId ? asPersons([member.email]) : [];
  }
  const { items } = await teams.listPlaced(ownerId, { limit: 100, after: null });
  return asPersons(items.filter(({ role }) => rolePermissions[role].includes("keys:write")).map(({ email }) => email));
};

const asPersons = (addresses: readonly string[]): readonly string[] => [...new Set(addresses.map(personOf))].slice(0, maxRecipients);

/** The person that an address stands for, in whichever tenant. */
export const personOf = (address: string): string => address.toLowerCase();
