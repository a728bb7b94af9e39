import type { Team } from "@keywright/contract";
import type { Command } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../confirm.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownTime } from "../view.ts";
import { addTeamPlaces } from "./team-places.ts";

export const addTeams = (program: Command, open: OpenSession): void => {
  const teams = program.command("teams").description("Create, see and change teams, and who is in them. A team's keys outlive the people in it.");
  for (const add of [addCreateTeam, addListTeams, addRenameTeam, addDeleteTeam, addTeamPlaces]) add(teams, open);
};

interface CreateTeamOptions {
  readonly tenant?: string;
  readonly name: string;
  readonly idempotencyKey?: string;
}

const addCreateTeam = (teams: Command, open: OpenSession): void => {
  const command = teams
    .command("create")
    .description("Create a team.")
    .requiredOption("--name <name>", "the team's name, unique in the tenant")
    .option("--tenant <tenant-id>", "the tenant; needed with a root key")
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateTeamOptions) => createTeam(open(), options));
  addExamples(command, ["keywright teams create --tenant ten_… --name Mailing"]);
};

const createTeam = async ({ output, connect }: Session, { tenant, name, idempotencyKey }: CreateTeamOptions): Promise<void> => {
  const client = await connect();
  const team = await client.call("create-team", { body: defined({ tenant_id: tenant, name }), ...defined({ idempotencyKey }) });
  output.show(team, (paper) => teamFields(paper, team));
};

interface ListTeamsOptions extends PagingOptions {
  readonly tenant?: string;
}

const addListTeams = (teams: Command, open: OpenSession): void => {
  const command = teams
    .command("list")
    .description("List teams, newest first.")
    .option("--tenant <tenant-id>", "the tenant whose teams; needed with a root key");
  addPagingOptions(command).action((options: ListTeamsOptions) => listTeams(open(), options));
  addExamples(command, ["keywright teams list --tenant ten_…"]);
};

const listTeams = async ({ output, connect }: Session, options: ListTeamsOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-teams", { query: defined({ tenant_id: options.tenant, ...paging }) }));
  output.show(page, (paper) => teamTable(paper, page.data));
  noteNext(output, page);
};

const addRenameTeam = (teams: Command, open: OpenSession): void => {
  const command = teams
    .command("rename")
    .description("Rename a team.")
    .argument("<team-id>", "the team's id, team_…")
    .requiredOption("--name <name>", "its new name, unique in the tenant")
    .action((teamId: string, { name }: { readonly name: string }) => renameTeam(open(), teamId, name));
  addExamples(command, ["keywright teams rename team_… --name 'Mailing and events'"]);
};

const renameTeam = async ({ output, connect }: Session, teamId: string, name: string): Promise<void> => {
  const team = await (await connect()).call("update-team", { params: { team_id: teamId }, body: { name } });
  output.show(team, (paper) => teamFields(paper, team));
};

const addDeleteTeam = (teams: Command, open: OpenSession): void => {
  const command = teams.command("delete").description("Delete a team that has no live keys.").argument("<team-id>", "the team's id, team_…");
  addCarefulOptions(command).action((teamId: string, options: CarefulOptions) => deleteTeam(open(), teamId, options));
  addExamples(command, ["keywright teams delete team_… --dry-run", "keywright teams delete team_… --yes"]);
};

const deleteTeam = async (session: Session, teamId: string, options: CarefulOptions): Promise<void> => {
  const client = await session.connect();
  const params = { team_id: teamId };
  const preview = async () => {
    const target = await client.call("get-team", { params });
    return {
      action: "delete-team",
      target,
      request: {},
      toText: () => `Would delete team ${target.id} (${JSON.stringify(target.name)}), if it has no live keys.`,
    };
  };
  if (!(await confirm(session, options, { deed: `delete team ${teamId}`, isFinal: true, preview }))) return;
  const deleted = await client.call("delete-team", { params });
  session.output.show(deleted, (paper) =>
    paper.fields([
      ["ID", deleted.id],
      ["Status", deleted.status],
    ]),
  );
};

const teamTable = (paper: Paper, teams: readonly Team[]): string => {
  if (teams.length === 0) return "No teams.";
  const rows = teams.map(({ id, name, tenant_id: tenant, created_at: created }) => [id, name, tenant, shownTime(created, "")]);
  return paper.table(["ID", "NAME", "TENANT", "CREATED"], rows);
};

const teamFields = (paper: Paper, team: Team): string =>
  paper.fields([
    ["ID", team.id],
    ["Name", team.name],
    ["Tenant", team.tenant_id],
    ["Created", shownTime(team.created_at, "")],
    ["Changed", shownTime(team.updated_at, "")],
  ]);
