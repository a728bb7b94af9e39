import type { PageRequest, Team, TeamStore } from "@keywright/core";
import type { Insertable, Kysely, Selectable } from "kysely";
import { fromMemberRow } from "./member-store.ts";
import { pageOf, rowsFor } from "./page.ts";
import { folded } from "./rows.ts";
import type { Tables, TeamTable } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresTeamStore = (db: Db) =>
  ({
    insert: async (team) => {
      const inserted = await db
        .insertInto("teams")
        .values(toRow(team))
        .onConflict((conflict) => conflict.columns(["tenant_id", "folded_name"]).doNothing())
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },
    update: async (team) => requireChanged(await db.updateTable("teams").set(toRow(team)).where("id", "=", team.id).executeTakeFirst(), team.id),
    lock: async (teamId) => {
      const row = await byId(db, teamId).forNoKeyUpdate().executeTakeFirst();
      return row && fromRow(row);
    },
    find: async (teamId) => {
      const row = await byId(db, teamId).executeTakeFirst();
      return row && fromRow(row);
    },
    findByName: async (tenantId, name) => {
      const row = await db.selectFrom("teams").selectAll().where("tenant_id", "=", tenantId).where("folded_name", "=", folded(name)).executeTakeFirst();
      return row && fromRow(row);
    },
    list: (tenantId, page) => listTeams(db, tenantId, page),
    remove: async (teamId) => {
      await db.deleteFrom("teams").where("id", "=", teamId).execute();
    },
    place: async ({ tenantId, teamId, memberId }) => {
      const row = { tenant_id: tenantId, team_id: teamId, member_id: memberId };
      await db
        .insertInto("team_members")
        .values(row)
        .onConflict((conflict) => conflict.columns(["team_id", "member_id"]).doNothing())
        .execute();
    },
    displace: async (teamId, memberId) => {
      const { numDeletedRows } = await db.deleteFrom("team_members").where("team_id", "=", teamId).where("member_id", "=", memberId).executeTakeFirst();
      return numDeletedRows === 1n;
    },
    isPlaced: async (teamId, memberId) => {
      const row = await db.selectFrom("team_members").select("team_id").where("team_id", "=", teamId).where("member_id", "=", memberId).executeTakeFirst();
      return row !== undefined;
    },
    listPlaced: (teamId, page) => listPlaced(db, teamId, page),
  }) satisfies TeamStore;

const byId = (db: Db, teamId: string) => db.selectFrom("teams").selectAll().where("id", "=", teamId);

const listTeams = async (db: Db, tenantId: string, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("teams")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .$if(after !== null, (query) => query.where("id", "<", after))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, (team) => team.id);
};

const listPlaced = async (db: Db, teamId: string, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("team_members")
    .innerJoin("members", "members.id", "team_members.member_id")
    .selectAll("members")
    .where("team_members.team_id", "=", teamId)
    .$if(after !== null, (query) => query.where("team_members.member_id", "<", after))
    .orderBy("team_members.member_id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromMemberRow), page, (member) => member.id);
};

const toRow = (team: Team): Insertable<TeamTable> => ({
  id: team.id,
  tenant_id: team.tenantId,
  name: team.name,
  folded_name: folded(team.name),
  created_at_ms: team.createdAtMs,
  updated_at_ms: team.updatedAtMs,
});

const fromRow = (row: Selectable<TeamTable>): Team => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
});
