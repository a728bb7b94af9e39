import type { Delivery } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { RotateCw, Send } from "lucide-react";
import { api, refresh } from "../../api.ts";
import { useEndless } from "../../endless.ts";
import { explain } from "../../problem.ts";
import { Badge, Code, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Select } from "../../ui/field.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useToast } from "../../ui/toast.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo, formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { deliveryStates } from "./delivery-search.ts";

type State = Delivery["status"];

interface DeliveriesProps {
  readonly webhookId: string;
  /** undefined: in whatever state. */
  readonly status: State | undefined;
  readonly onChoose: (status: State | undefined) => void;
  readonly canReplay: boolean;
}

/** What was sent, waits, or was given up. */
export const Deliveries = ({ webhookId, status, onChoose, canReplay }: DeliveriesProps) => {
  const list = useEndless("list-webhook-deliveries", status === undefined ? {} : { status }, {
    params: { webhook_id: webhookId },
    isUnsettled: ({ status: state }) => state === "pending",
  });
  const replay = useReplay(webhookId);
  return (
    <section aria-label={words.deliveries.title} className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-2">
        <div>
          <h2 className="font-semibold text-base">{words.deliveries.title}</h2>
          <p className="text-quiet text-xs">{words.deliveries.lead}</p>
        </div>
        <div className="flex gap-2">
          <Select
            aria-label={words.deliveries.state}
            onChange={({ target }) => onChoose(deliveryStates.find((one) => one === target.value))}
            value={status ?? ""}
          >
            <option value="">{words.deliveries.anyState}</option>
            {deliveryStates.map((state) => (
              <option key={state} value={state}>
                {words.deliveries.states[state]}
              </option>
            ))}
          </Select>
          <Button icon={<RotateCw aria-hidden className="size-4" />} onClick={list.again}>
            {words.deliveries.reading}
          </Button>
        </div>
      </div>
      {replay.error !== null && <Notice tone="danger">{explain(replay.error)}</Notice>}
      <Listing
        empty={<EmptyState icon={<Send aria-hidden className="size-5" />} title={status === undefined ? words.deliveries.empty : words.deliveries.none} />}
        list={list}
      >
        {(items) => (
          <DeliveryTable deliveries={items} {...(canReplay && { onReplay: replay.mutate, replaying: replay.isPending ? replay.variables : undefined })} />
        )}
      </Listing>
    </section>
  );
};

const useReplay = (webhookId: string) => {
  const toast = useToast();
  return useMutation({
    mutationFn: (deliveryId: string) => api.call("replay-webhook-delivery", { params: { webhook_id: webhookId, delivery_id: deliveryId } }),
    onSuccess: () => {
      void refresh("list-webhook-deliveries");
      toast({ text: words.deliveries.replayed });
    },
  });
};

interface DeliveryTableProps {
  readonly deliveries: readonly Delivery[];
  /** Left out: it cannot be asked for. */
  readonly onReplay?: (deliveryId: string) => void;
  /** The one that is on its way to being replayed. */
  readonly replaying?: string | undefined;
}

const tones: Readonly<Record<State, Tone>> = { pending: "accent", delivered: "good", failed: "danger" };

const DeliveryTable = ({ deliveries, onReplay, replaying }: DeliveryTableProps) => {
  const nowMs = useNow();
  return (
    <Table
      head={
        <>
          <HeadCell>{words.deliveries.event}</HeadCell>
          <HeadCell>{words.deliveries.state}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.deliveries.answer}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.deliveries.attempts}</HeadCell>
          <HeadCell className="hidden lg:table-cell">{words.deliveries.at}</HeadCell>
          <HeadCell className="w-12">
            <span className="sr-only">{words.keys.actions}</span>
          </HeadCell>
        </>
      }
      label={words.deliveries.title}
    >
      {deliveries.map((delivery) => (
        <Row key={delivery.id}>
          <Cell>
            <span className="block break-all font-mono text-xs">{delivery.type}</span>
            <span className="block break-all font-mono text-quiet text-xs lg:whitespace-nowrap">{delivery.event_id}</span>
          </Cell>
          <Cell>
            <Badge tone={tones[delivery.status]}>{words.deliveries.states[delivery.status]}</Badge>
            <NextAttempt delivery={delivery} nowMs={nowMs} />
          </Cell>
          <Cell className="hidden md:table-cell">
            <Answer delivery={delivery} />
          </Cell>
          <Cell className="hidden tabular-nums sm:table-cell">{delivery.attempts}</Cell>
          <Cell className="hidden whitespace-nowrap text-quiet lg:table-cell">
            {delivery.last_attempt_at === null ? (
              words.deliveries.notYet
            ) : (
              <time dateTime={delivery.last_attempt_at}>{formatMoment(delivery.last_attempt_at)}</time>
            )}
          </Cell>
          <Cell className="text-end">
            {onReplay !== undefined && (
              <Button
                aria-label={say(words.deliveries.replayOf, { event: delivery.event_id })}
                isBusy={replaying === delivery.id}
                onClick={() => onReplay(delivery.id)}
              >
                {words.deliveries.replay}
              </Button>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
};

const NextAttempt = ({ delivery: { next_attempt_at: at, attempts }, nowMs }: { readonly delivery: Delivery; readonly nowMs: number }) => {
  if (at === null || attempts === 0) return null;
  return (
    <time className="mt-0.5 block whitespace-nowrap text-quiet text-xs" dateTime={at} title={formatMoment(at)}>
      {say(words.deliveries.nextAt, { when: formatAgo(at, nowMs) })}
    </time>
  );
};

/** The status that came, why it was none, and how the answer began. */
const Answer = ({ delivery: { last_status: status, last_problem: problem, last_answer: answer } }: { readonly delivery: Delivery }) => (
  <div className="grid max-w-80 gap-0.5">
    {status !== null && (
      <span>
        <Code>{status}</Code>
      </span>
    )}
    {problem !== null && <span className="wrap-anywhere text-danger text-xs">{problem}</span>}
    {answer !== null && answer !== "" && <span className="wrap-anywhere line-clamp-2 font-mono text-quiet text-xs">{answer}</span>}
  </div>
);
