import type { Team } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { MoreHorizontal, Plus, Users } from "lucide-react";
import { useState } from "react";
import { api, refresh } from "../../api.ts";
import { useEndless } from "../../endless.ts";
import { useMe, useTenant } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Menu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatDay } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { NameDialog } from "./name-dialog.tsx";
import { TeamMembersDialog } from "./team-members-dialog.tsx";

type Doing = { readonly kind: "create" } | { readonly kind: "members" | "rename" | "remove"; readonly team: Team };

export const TeamsPage = () => {
  const { can } = useMe();
  const list = useEndless("list-teams", useTenant());
  const [doing, setDoing] = useState<Doing | undefined>();
  const close = (): void => setDoing(undefined);
  const create = can("teams:write") && (
    <Button icon={<Plus aria-hidden className="size-4" />} look="primary" onClick={() => setDoing({ kind: "create" })}>
      {words.teams.create}
    </Button>
  );
  return (
    <>
      <PageHeader actions={create} description={words.teams.lead} title={words.teams.title} />
      <Listing
        empty={
          <EmptyState action={create} icon={<Users aria-hidden className="size-5" />} title={words.teams.emptyTitle}>
            {words.teams.emptyText}
          </EmptyState>
        }
        list={list}
      >
        {(teams) => <TeamTable onChoose={setDoing} teams={teams} />}
      </Listing>
      {doing?.kind === "create" && <NameDialog onClose={close} />}
      {doing?.kind === "rename" && <NameDialog onClose={close} team={doing.team} />}
      {doing?.kind === "members" && <TeamMembersDialog onClose={close} team={doing.team} />}
      {doing?.kind === "remove" && <RemoveTeamDialog onClose={close} team={doing.team} />}
    </>
  );
};

interface TeamTableProps {
  readonly teams: readonly Team[];
  readonly onChoose: (doing: Doing) => void;
}

const TeamTable = ({ teams, onChoose }: TeamTableProps) => {
  const { can } = useMe();
  const menuOf = (team: Team) => [
    [{ label: words.teams.open, onSelect: () => onChoose({ kind: "members", team }) }],
    can("teams:write")
      ? [
          { label: words.teams.rename, onSelect: () => onChoose({ kind: "rename", team }) },
          { label: words.teams.remove, isDangerous: true, onSelect: () => onChoose({ kind: "remove", team }) },
        ]
      : [],
  ];
  return (
    <Table
      head={
        <>
          <HeadCell>{words.teams.name}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.teams.since}</HeadCell>
          <HeadCell className="w-12">
            <span className="sr-only">{words.keys.actions}</span>
          </HeadCell>
        </>
      }
      label={words.teams.title}
    >
      {teams.map((team) => (
        <Row key={team.id}>
          <Cell>
            <button className="rounded-md text-start font-medium hover:underline" onClick={() => onChoose({ kind: "members", team })} type="button">
              <bdi className="break-words">{team.name}</bdi>
            </button>
          </Cell>
          <Cell className="hidden whitespace-nowrap text-quiet sm:table-cell">{formatDay(team.created_at)}</Cell>
          <Cell className="text-end">
            <Menu
              groups={menuOf(team)}
              trigger={
                <IconButton label={say(words.teams.actions, { name: team.name })}>
                  <MoreHorizontal aria-hidden className="size-4" />
                </IconButton>
              }
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
};

const RemoveTeamDialog = ({ team, onClose }: { readonly team: Team; readonly onClose: () => void }) => {
  const toast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("delete-team", { params: { team_id: team.id } }),
    onSuccess: () => {
      void refresh("list-teams");
      toast({ text: say(words.teams.removed, { name: team.name }) });
      onClose();
    },
  });
  return (
    <Confirm
      action={words.teams.removeSubmit}
      error={error === null ? undefined : explain(error)}
      isBusy={isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => mutate()}
      title={say(words.teams.removeTitle, { name: team.name })}
    >
      <p>{words.teams.removeText}</p>
    </Confirm>
  );
};
