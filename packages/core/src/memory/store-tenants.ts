import type { Member } from "../model/tenant.ts";
import type { MemberStore, TenantStore } from "../ports/tenant-store.ts";
import { addRow, holdsText, pageById, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

export const memoryTenantStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (tenant) => write((state) => addRow(state.tenants, tenant.row.id, tenant)),
    update: (tenant) => write((state) => replaceRow(state.tenants, tenant.row.id, tenant)),
    lock: (tenantId) => read((state) => state.tenants.get(tenantId)),
    find: (tenantId) => read((state) => state.tenants.get(tenantId)),
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
        if (hasAddress(state, member)) return false;
        addRow(state.members, member.id, member);
        return true;
      }),
    lock: (memberId) => read((state) => state.members.get(memberId)),
    find: (memberId) => read((state) => state.members.get(memberId)),
    list: (tenantId, page) =>
      read((state) =>
        pageById(
          [...state.members.values()].filter((member) => member.tenantId === tenantId),
          (member) => member.id,
          page,
        ),
      ),
  }) satisfies MemberStore;

const hasAddress = (state: StoreState, { tenantId, email }: Member): boolean =>
  [...state.members.values()].some((other) => other.tenantId === tenantId && other.email.toLowerCase() === email.toLowerCase());
