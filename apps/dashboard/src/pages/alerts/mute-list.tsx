import type { AlertMute } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { useState } from "react";
import { api, refresh } from "../../api.ts";
import { useEndless } from "../../endless.ts";
import { useMe } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { MuteDialog } from "./mute-dialog.tsx";
import type { AlertPlace } from "./place.ts";

/** What is told to nobody. */
export const MuteList = ({ place }: { readonly place: AlertPlace }) => {
  const { can } = useMe();
  const toast = useToast();
  const list = useEndless("list-alert-mutes", place.owner);
  const [isMuting, setMuting] = useState(false);
  const unmute = useMutation({
    mutationFn: ({ id }: AlertMute) => api.call("delete-alert-mute", { params: { mute_id: id } }),
    onSuccess: (_deleted, { subject_id: subject }) => {
      void refresh("list-alert-mutes");
      toast({ text: say(words.alertMutes.unmuted, { subject }) });
    },
  });
  const create = can("alerts:write") && <Button onClick={() => setMuting(true)}>{words.alertMutes.create}</Button>;
  return (
    <div className="grid grid-cols-1 gap-3">
      {unmute.error !== null && <Notice tone="danger">{explain(unmute.error)}</Notice>}
      <Listing
        empty={
          <EmptyState action={create} icon={<BellOff aria-hidden className="size-5" />} title={words.alertMutes.emptyTitle}>
            {words.alertMutes.emptyText}
          </EmptyState>
        }
        list={list}
      >
        {(mutes) => (
          <>
            <div className="flex justify-end">{create}</div>
            <MuteTable mutes={mutes} {...(can("alerts:write") && { onUnmute: unmute.mutate, unmuting: unmute.isPending ? unmute.variables.id : undefined })} />
          </>
        )}
      </Listing>
      {isMuting && <MuteDialog onClose={() => setMuting(false)} owner={place.owner} />}
    </div>
  );
};

interface MuteTableProps {
  readonly mutes: readonly AlertMute[];
  readonly onUnmute?: (mute: AlertMute) => void;
  readonly unmuting?: string | undefined;
}

const MuteTable = ({ mutes, onUnmute, unmuting }: MuteTableProps) => (
  <Table
    head={
      <>
        <HeadCell>{words.alertMutes.subject}</HeadCell>
        <HeadCell className="hidden sm:table-cell">{words.alertMutes.rule}</HeadCell>
        <HeadCell className="hidden md:table-cell">{words.alertMutes.until}</HeadCell>
        <HeadCell className="w-12">
          <span className="sr-only">{words.keys.actions}</span>
        </HeadCell>
      </>
    }
    label={words.alertMutes.list}
  >
    {mutes.map((mute) => (
      <Row key={mute.id}>
        <Cell>
          <span className="block break-all font-mono text-xs">{mute.subject_id}</span>
          {mute.reason !== null && <bdi className="wrap-anywhere block text-quiet text-xs">{mute.reason}</bdi>}
        </Cell>
        <Cell className="hidden sm:table-cell">{mute.rule === null ? words.alertMutes.anyRule : words.alertRuleNames[mute.rule]}</Cell>
        <Cell className="hidden md:table-cell">{mute.until === null ? words.alertMutes.forever : formatMoment(mute.until)}</Cell>
        <Cell className="text-end">
          {onUnmute !== undefined && (
            <Button aria-label={say(words.alertMutes.unmuteOf, { subject: mute.subject_id })} isBusy={unmuting === mute.id} onClick={() => onUnmute(mute)}>
              {words.alertMutes.unmute}
            </Button>
          )}
        </Cell>
      </Row>
    ))}
  </Table>
);
