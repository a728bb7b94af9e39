import type { Invitation, InvitationStore, PageRequest } from "@keywright/core";
import type { Insertable, Kysely, Selectable } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import { digestBytes, folded } from "./rows.ts";
import type { InvitationTable, Tables } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresInvitationStore = (db: Db) =>
  ({
    insert: async (invitation) => {
      const inserted = await db
        .insertInto("invitations")
        .values(toRow(invitation))
        .onConflict((conflict) =>
          conflict.columns(["tenant_id", "folded_email"]).where("accepted_at_ms", "is", null).where("withdrawn_at_ms", "is", null).doNothing(),
        )
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },
    update: async (invitation) =>
      requireChanged(await db.updateTable("invitations").set(toRow(invitation)).where("id", "=", invitation.id).executeTakeFirst(), invitation.id),
    lock: async (invitationId) => first(await all(db).where("id", "=", invitationId).forNoKeyUpdate().execute()),
    find: async (invitationId) => first(await all(db).where("id", "=", invitationId).execute()),
    findByDigest: async (digests) => (digests.length === 0 ? undefined : first(await all(db).where("digest", "in", digests.map(digestBytes)).execute())),
    findOpen: async (tenantId, email) => {
      const open = all(db).where("accepted_at_ms", "is", null).where("withdrawn_at_ms", "is", null);
      return first(await open.where("tenant_id", "=", tenantId).where("folded_email", "=", folded(email)).execute());
    },
    list: (tenantId, page) => listInvitations(db, tenantId, page),
  }) satisfies InvitationStore;

const all = (db: Db) => db.selectFrom("invitations").selectAll();

const first = ([row]: readonly Selectable<InvitationTable>[]): Invitation | undefined => row && fromRow(row);

const listInvitations = async (db: Db, tenantId: string, page: PageRequest) => {
  const { after } = page;
  const rows = await all(db)
    .where("tenant_id", "=", tenantId)
    .$if(after !== null, (query) => query.where("id", "<", after))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, (invitation) => invitation.id);
};

const toRow = (invitation: Invitation): Insertable<InvitationTable> => ({
  id: invitation.id,
  tenant_id: invitation.tenantId,
  email: invitation.email,
  folded_email: folded(invitation.email),
  role: invitation.role,
  team_ids: invitation.teamIds,
  digest: digestBytes(invitation.digest),
  created_at_ms: invitation.createdAtMs,
  expires_at_ms: invitation.expiresAtMs,
  accepted_at_ms: invitation.acceptedAtMs,
  withdrawn_at_ms: invitation.withdrawnAtMs,
});

const fromRow = (row: Selectable<InvitationTable>): Invitation => ({
  id: row.id,
  tenantId: row.tenant_id,
  email: row.email,
  role: row.role as Invitation["role"],
  teamIds: row.team_ids,
  digest: row.digest.toString("base64url"),
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
  acceptedAtMs: row.accepted_at_ms,
  withdrawnAtMs: row.withdrawn_at_ms,
});
