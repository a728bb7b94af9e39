import type { Member } from "../model/tenant.ts";
import type { MemberStore, TenantStore } from "../ports/tenant-store.ts";
import { dropEmbedSessions } from "./store-embed-sessions.ts";
import { dropPlaces } from "./store-people.ts";
import { addRow, holdsText, pageById, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

export const memoryTenantStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (tenant) => write((state) => addRow(state.tenants, tenant.row.id, tenant)),
    update: (tenant) => write((state) => replaceRow(state.tenants, tenant.row.id, tenant)),
    lock: (tenantId) => read((state) => state.tenants.get(tenantId)),
    find: (tenantId) => read((state) => state.tenants.get(tenantId)),
    findAll: (tenantIds) => read((state) => tenantIds.flatMap((id) => state.tenants.get(id) ?? [])),
    list: ({ status, q }, page) =>
      read((state) => {
        const matching = [...state.tenants.values()].filter(
          ({ row }) => (status === undefined || row.status === status) && (q === undefined || holdsText(row.name, q)),
        );
        return pageById(matching, (tenant) => tenant.row.id, page);
      }),
  }) satisfies TenantStore;

export const memoryMemberStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (member) =>
      write((state) => {
        if (hasTwin(state, member)) return false;
        addRow(state.members, member.id, member);
        return true;
      }),
    lock: (memberId) => read((state) => state.members.get(memberId)),
    find: (memberId) => read((state) => state.members.get(memberId)),
    list: (tenantId, page) =>
      read((state) =>
        pageById(
          [...state.members.values()].filter((member) => member.tenantId === tenantId),
          idOf,
          page,
        ),
      ),
    findOfAccount: (accountId, tenantId) =>
      read((state) => [...state.members.values()].find((member) => member.accountId === accountId && member.tenantId === tenantId)),
    findByEmail: (tenantId, email) => read((state) => [...state.members.values()].find((member) => member.tenantId === tenantId && bears(member, email))),
    listOfAccount: (accountId, page) =>
      read((state) =>
        pageById(
          [...state.members.values()].filter((member) => member.accountId === accountId),
          idOf,
          page,
        ),
      ),
    listUnlinked: (email, page) =>
      read((state) =>
        pageById(
          [...state.members.values()].filter((member) => member.accountId === null && bears(member, email)),
          idOf,
          page,
        ),
      ),
    update: (member) =>
      write((state) => {
        const twin = [...state.members.values()].find((other) => other.id !== member.id && isSame(other, member));
        if (twin !== undefined) throw new Error(`The account is the member ${twin.id} of the tenant already.`);
        replaceRow(state.members, member.id, member);
      }),
    countOwners: (tenantId) => read((state) => [...state.members.values()].filter((member) => member.tenantId === tenantId && member.role === "owner").length),
    remove: (memberId) =>
      write((state) => {
        state.members.delete(memberId);
        dropPlaces(state, (place) => place.memberId === memberId);
        dropEmbedSessions(state, (session) => session.memberId === memberId);
      }),
  }) satisfies MemberStore;

const idOf = (member: Member): string => member.id;

const bears = (member: Member, email: string): boolean => member.email.toLowerCase() === email.toLowerCase();

const isSame = (one: Member, other: Member): boolean => one.tenantId === other.tenantId && one.accountId !== null && one.accountId === other.accountId;

const hasTwin = (state: StoreState, member: Member): boolean =>
  [...state.members.values()].some((other) => other.tenantId === member.tenantId && (bears(other, member.email) || isSame(other, member)));
