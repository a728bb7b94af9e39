import type { EndpointReply } from "@keywright/contract";
import type { Paper } from "./paper.ts";
import { shownStatus, shownTime } from "./view.ts";

type Revoked = EndpointReply<"revoke-key">;

/** What a revocation answered, of an API key or a root key. */
export const revokedFields = (paper: Paper, revoked: Revoked): string =>
  paper.fields([
    ["ID", revoked.id],
    ["Status", shownStatus(revoked.status)],
    ["Enforced", revoked.enforced ? "yes: no process accepts it any more" : "not yet: it will be, as soon as the ledger can be reached"],
    ["Revoked", shownTime(revoked.revoked_at, "")],
    ["Reason", revoked.reason ?? "none"],
  ]);
