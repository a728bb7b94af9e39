import { read } from "../../api.ts";
import { type KeySearch, toListQuery } from "./list-search.ts";

const pageSize = 50;

/** One page of a tenant's keys, as the address asks for it. */
export const keyPageQuery = (tenantId: string | undefined, search: KeySearch) =>
  read("list-keys", { query: { ...(tenantId !== undefined && { tenant_id: tenantId }), ...toListQuery(search), limit: pageSize } });
