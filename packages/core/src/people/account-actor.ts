import type { Actor } from "../model/audit.ts";
import { noTenant } from "../visibility.ts";

interface Caller {
  readonly accountId: string;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** A person who acts for themselves, in no tenant: what they see and change is what their own call is about. */
export const accountActor = ({ accountId, ip, requestId }: Caller): Actor => ({
  type: "account",
  id: accountId,
  tenantId: noTenant,
  memberId: null,
  scopes: [],
  ip,
  requestId,
});
