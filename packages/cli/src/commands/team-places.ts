import type { EndpointReply } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { memberTable } from "./members.ts";

/** Who is in a team. */
export const addTeamPlaces = (teams: Command, open: OpenSession): void => {
  const list = teams.command("members").description("List who is in a team.").argument("<team-id>", "the team's id, team_…");
  addPagingOptions(list).action((teamId: string, options: PagingOptions) => listTeamMembers(open(), teamId, options));
  addExamples(list, ["keywright teams members team_…"]);
  const place = (name: string, description: string, change: Change) => {
    const command = teams
      .command(name)
      .description(description)
      .argument("<team-id>", "the team's id, team_…")
      .argument("<member-id>", "the member's id, mem_…")
      .action((teamId: string, memberId: string) => changePlace(open(), change, { teamId, memberId }));
    addExamples(command, [`keywright teams ${name} team_… mem_…`]);
  };
  place("add", "Add a member to a team.", (client, { teamId, memberId }) =>
    client.call("add-team-member", { params: { team_id: teamId }, body: { member_id: memberId } }),
  );
  place("remove", "Take a member out of a team; its keys stay the team's.", (client, { teamId, memberId }) =>
    client.call("remove-team-member", { params: { team_id: teamId, member_id: memberId } }),
  );
};

interface Place {
  readonly teamId: string;
  readonly memberId: string;
}

type Change = (client: Awaited<ReturnType<Session["connect"]>>, place: Place) => Promise<EndpointReply<"add-team-member">>;

const listTeamMembers = async ({ output, connect }: Session, teamId: string, options: PagingOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-team-members", { params: { team_id: teamId }, query: defined(paging) }));
  output.show(page, (paper) => memberTable(paper, page.data));
  noteNext(output, page);
};

const changePlace = async ({ output, connect }: Session, change: Change, place: Place): Promise<void> => {
  const changed = await change(await connect(), place);
  output.show(changed, (paper) =>
    paper.fields([
      ["Team", changed.team_id],
      ["Member", changed.member_id],
      ["Status", changed.status],
    ]),
  );
};
