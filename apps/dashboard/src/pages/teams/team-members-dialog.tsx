import type { Member, Team } from "@keywright/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import { api, read, refresh } from "../../api.ts";
import { useMe, useTenant } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog, DialogBody } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** Names that are looked up. */
const limit = 100;

/** Who is in the team: they manage its keys. */
export const TeamMembersDialog = ({ team, onClose }: { readonly team: Team; readonly onClose: () => void }) => {
  const { can } = useMe();
  const places = useQuery(read("list-team-members", { params: { team_id: team.id }, query: { limit } }));
  const all = useQuery(read("list-members", { query: { ...useTenant(), limit } })).data?.data ?? [];
  return (
    <Dialog onClose={onClose} size="small" title={say(words.teams.membersOf, { name: team.name })}>
      <DialogBody>
        <Loaded query={places} rows={2}>
          {({ data }) => <Places all={all} canWrite={can("teams:write")} placed={data} teamId={team.id} />}
        </Loaded>
      </DialogBody>
    </Dialog>
  );
};

interface PlacesProps {
  readonly teamId: string;
  readonly placed: readonly Member[];
  readonly all: readonly Member[];
  readonly canWrite: boolean;
}

const Places = ({ teamId, placed, all, canWrite }: PlacesProps) => {
  const change = useMutation({
    mutationFn: ({ member_id, isIn }: { readonly member_id: string; readonly isIn: boolean }) =>
      isIn
        ? api.call("add-team-member", { params: { team_id: teamId }, body: { member_id } })
        : api.call("remove-team-member", { params: { team_id: teamId, member_id } }),
    onSettled: () => refresh("list-team-members"),
  });
  const others = all.filter(({ id }) => !placed.some((member) => member.id === id));
  return (
    <>
      {placed.length === 0 && <p className="text-quiet text-sm">{words.teams.noMembers}</p>}
      <ul className="grid divide-y divide-line">
        {placed.map(({ id, name, email }) => (
          <li className="flex items-center gap-3 py-2" key={id}>
            <span className="min-w-0 flex-1">
              <bdi className="block break-words font-medium">{name}</bdi>
              <span className="block break-all text-quiet text-xs">{email}</span>
            </span>
            {canWrite && (
              <IconButton label={say(words.teams.takeOut, { name })} onClick={() => change.mutate({ member_id: id, isIn: false })}>
                <UserMinus aria-hidden className="size-4" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {change.error !== null && <Notice tone="danger">{explain(change.error)}</Notice>}
      {canWrite && others.length > 0 && <AddMember isBusy={change.isPending} onAdd={(id) => change.mutate({ member_id: id, isIn: true })} others={others} />}
    </>
  );
};

interface AddMemberProps {
  readonly others: readonly Member[];
  readonly isBusy: boolean;
  readonly onAdd: (memberId: string) => void;
}

const AddMember = ({ others, isBusy, onAdd }: AddMemberProps) => {
  const [chosen, setChosen] = useState("");
  const add = (): void => {
    if (chosen === "") return;
    onAdd(chosen);
    setChosen("");
  };
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <SelectField label={words.teams.addLabel} onChange={(event) => setChosen(event.target.value)} value={chosen}>
          <option value="">{words.teams.choose}</option>
          {others.map(({ id, name, email }) => (
            <option key={id} value={id}>
              {`${name} (${email})`}
            </option>
          ))}
        </SelectField>
      </div>
      <Button disabled={chosen === ""} isBusy={isBusy} onClick={add}>
        {words.teams.add}
      </Button>
    </div>
  );
};
