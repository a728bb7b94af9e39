import type { Invitation } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { api, refresh } from "../../api.ts";
import { useEndless } from "../../endless.ts";
import { useMe, useTenant } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

const tones: Readonly<Record<Invitation["status"], Tone>> = { pending: "warn", accepted: "good", withdrawn: "quiet", expired: "quiet" };

export const InvitationList = () => {
  const list = useEndless("list-invitations", useTenant());
  const [withdrawn, setWithdrawn] = useState<Invitation | undefined>();
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-base">{words.invitations.title}</h2>
      <Listing empty={<p className="text-quiet text-sm">{words.invitations.empty}</p>} list={list}>
        {(invitations) => (
          <Table
            head={
              <>
                <HeadCell>{words.invitations.email}</HeadCell>
                <HeadCell>{words.invitations.status}</HeadCell>
                <HeadCell className="hidden md:table-cell">{words.invitations.role}</HeadCell>
                <HeadCell className="hidden md:table-cell">{words.invitations.until}</HeadCell>
                <HeadCell className="w-12">
                  <span className="sr-only">{words.keys.actions}</span>
                </HeadCell>
              </>
            }
            label={words.invitations.list}
          >
            {invitations.map((invitation) => (
              <Row key={invitation.id}>
                <Cell className="break-all">{invitation.email}</Cell>
                <Cell>
                  <Badge tone={tones[invitation.status]}>{words.invitations.statuses[invitation.status]}</Badge>
                </Cell>
                <Cell className="hidden md:table-cell">{words.roles[invitation.role]}</Cell>
                <Cell className="hidden whitespace-nowrap text-quiet md:table-cell">{formatMoment(invitation.expires_at)}</Cell>
                <Cell className="text-end">
                  <InvitationMenu invitation={invitation} onWithdraw={setWithdrawn} />
                </Cell>
              </Row>
            ))}
          </Table>
        )}
      </Listing>
      {withdrawn !== undefined && <WithdrawDialog invitation={withdrawn} onClose={() => setWithdrawn(undefined)} />}
    </section>
  );
};

interface InvitationMenuProps {
  readonly invitation: Invitation;
  readonly onWithdraw: (invitation: Invitation) => void;
}

const InvitationMenu = ({ invitation, onWithdraw }: InvitationMenuProps) => {
  const { can } = useMe();
  const toast = useToast();
  const { id, email, status } = invitation;
  const resend = async (): Promise<void> => {
    try {
      await api.call("resend-invitation", { params: { invitation_id: id } });
      toast({ text: say(words.invitations.resent, { email }) });
    } catch (error) {
      toast({ text: explain(error), tone: "danger" });
    }
    void refresh("list-invitations");
  };
  if (!can("invitations:write") || status === "accepted" || status === "withdrawn") return null;
  return (
    <Menu
      groups={[
        [
          { label: words.invitations.resend, onSelect: () => void resend() },
          { label: words.invitations.withdraw, isDangerous: true, onSelect: () => onWithdraw(invitation) },
        ],
      ]}
      trigger={
        <IconButton label={say(words.invitations.actions, { email })}>
          <MoreHorizontal aria-hidden className="size-4" />
        </IconButton>
      }
    />
  );
};

const WithdrawDialog = ({ invitation, onClose }: { readonly invitation: Invitation; readonly onClose: () => void }) => {
  const toast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("withdraw-invitation", { params: { invitation_id: invitation.id } }),
    onSuccess: () => {
      void refresh("list-invitations");
      toast({ text: say(words.invitations.withdrawn, { email: invitation.email }) });
      onClose();
    },
  });
  return (
    <Confirm
      action={words.invitations.withdraw}
      error={error === null ? undefined : explain(error)}
      isBusy={isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => mutate()}
      title={say(words.invitations.withdrawTitle, { email: invitation.email })}
    >
      <p>{words.invitations.withdrawText}</p>
    </Confirm>
  );
};
