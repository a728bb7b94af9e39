import type { Member } from "@keywright/contract";
import { MoreHorizontal, UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { useEndless } from "../../endless.ts";
import { useMe, useTenant } from "../../me.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Menu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { formatDay } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RoleDialog } from "./role-dialog.tsx";

type Doing = { readonly kind: "invite" } | { readonly kind: "role" | "remove"; readonly member: Member };

/** Who belongs to the tenant, and who has been asked to. */
export const MembersPage = () => {
  const { can } = useMe();
  const list = useEndless("list-members", useTenant());
  const [doing, setDoing] = useState<Doing | undefined>();
  const close = (): void => setDoing(undefined);
  const invite = can("invitations:write") && (
    <Button icon={<UserPlus aria-hidden className="size-4" />} look="primary" onClick={() => setDoing({ kind: "invite" })}>
      {words.invitations.invite}
    </Button>
  );
  return (
    <>
      <PageHeader actions={invite} description={words.members.lead} title={words.members.title} />
      <div className="grid gap-8">
        <Listing
          empty={
            <EmptyState action={invite} icon={<Users aria-hidden className="size-5" />} title={words.members.empty}>
              {words.members.emptyText}
            </EmptyState>
          }
          list={list}
        >
          {(members) => <MemberTable members={members} onChoose={setDoing} />}
        </Listing>
        {can("invitations:read") && <InvitationList />}
      </div>
      {doing?.kind === "invite" && <InviteDialog onClose={close} />}
      {doing?.kind === "role" && <RoleDialog member={doing.member} onClose={close} />}
      {doing?.kind === "remove" && <RemoveDialog member={doing.member} onClose={close} />}
    </>
  );
};

interface MemberTableProps {
  readonly members: readonly Member[];
  readonly onChoose: (doing: Doing) => void;
}

const MemberTable = ({ members, onChoose }: MemberTableProps) => {
  const { standing } = useMe();
  return (
    <Table
      head={
        <>
          <HeadCell>{words.members.person}</HeadCell>
          <HeadCell>{words.members.role}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.members.since}</HeadCell>
          <HeadCell className="w-12">
            <span className="sr-only">{words.keys.actions}</span>
          </HeadCell>
        </>
      }
      label={words.members.list}
    >
      {members.map((member) => (
        <Row key={member.id}>
          <Cell>
            <span className="flex min-w-0 flex-wrap items-center gap-x-2">
              <bdi className="break-words font-medium">{member.name}</bdi>
              {member.id === standing?.memberId && <Badge tone="accent">{words.members.you}</Badge>}
            </span>
            <span className="block break-all text-quiet text-xs">{member.email}</span>
          </Cell>
          <Cell>
            <Badge tone={member.role === "owner" ? "good" : "quiet"}>{words.roles[member.role]}</Badge>
          </Cell>
          <Cell className="hidden whitespace-nowrap text-quiet md:table-cell">{formatDay(member.created_at)}</Cell>
          <Cell className="text-end">
            <MemberMenu member={member} onChoose={onChoose} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
};

/** What may be done with a member: nobody changes their own role, and everybody may leave. Owners are changed by owners and operators alone. */
const MemberMenu = ({ member, onChoose }: { readonly member: Member; readonly onChoose: (doing: Doing) => void }) => {
  const { standing, can } = useMe();
  const isSelf = member.id === standing?.memberId;
  const mayChange = can("members:write") && !isSelf && (member.role !== "owner" || standing?.role === "owner" || standing?.role === "operator");
  const items = [
    ...(mayChange ? [{ label: words.members.changeRole, onSelect: () => onChoose({ kind: "role", member }) }] : []),
    ...(mayChange ? [{ label: words.members.remove, isDangerous: true, onSelect: () => onChoose({ kind: "remove", member }) }] : []),
    ...(isSelf ? [{ label: words.members.leave, isDangerous: true, onSelect: () => onChoose({ kind: "remove", member }) }] : []),
  ];
  if (items.length === 0) return null;
  return (
    <Menu
      groups={[items]}
      trigger={
        <IconButton label={say(words.members.actions, { name: member.name })}>
          <MoreHorizontal aria-hidden className="size-4" />
        </IconButton>
      }
    />
  );
};
