import type { Webhook } from "@keywright/contract";
import { Link } from "@tanstack/react-router";
import { MoreHorizontal } from "lucide-react";
import { Code } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { formatDay } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import type { WebhookPlace } from "./place.ts";
import type { WebhookActions } from "./use-webhook-actions.tsx";
import { WebhookBadge } from "./webhook-words.tsx";

interface WebhookTableProps {
  readonly webhooks: readonly Webhook[];
  readonly place: WebhookPlace;
  readonly actions: WebhookActions;
}

export const WebhookTable = ({ webhooks, place, actions }: WebhookTableProps) => (
  <Table
    head={
      <>
        <HeadCell>{words.webhooks.target}</HeadCell>
        <HeadCell>{words.webhooks.status}</HeadCell>
        <HeadCell className="hidden md:table-cell">{words.webhooks.events}</HeadCell>
        <HeadCell className="hidden lg:table-cell">{words.webhooks.since}</HeadCell>
        <HeadCell className="w-12">
          <span className="sr-only">{words.keys.actions}</span>
        </HeadCell>
      </>
    }
    label={words.webhooks.list}
  >
    {webhooks.map((webhook) => (
      <Row key={webhook.id}>
        <Cell>
          <Link className="break-all rounded-md font-medium hover:underline" params={{ webhookId: webhook.id }} search={{}} to={place.one}>
            {webhook.url}
          </Link>
          {webhook.description !== "" && <bdi className="wrap-anywhere block text-quiet text-xs">{webhook.description}</bdi>}
        </Cell>
        <Cell>
          <WebhookBadge webhook={webhook} />
        </Cell>
        <Cell className="hidden md:table-cell">
          <EventList events={webhook.events} />
        </Cell>
        <Cell className="hidden whitespace-nowrap text-quiet lg:table-cell">{formatDay(webhook.created_at)}</Cell>
        <Cell className="text-end">
          <Menu
            groups={actions.menuOf(webhook)}
            trigger={
              <IconButton label={say(words.webhooks.actions, { url: webhook.url })}>
                <MoreHorizontal aria-hidden className="size-4" />
              </IconButton>
            }
          />
        </Cell>
      </Row>
    ))}
  </Table>
);

const everyEvent = "*";
const shownEvents = 2;

interface EventListProps {
  readonly events: Webhook["events"];
  /** Left out: as many as a row has room for. */
  readonly most?: number;
}

export const EventList = ({ events, most = shownEvents }: EventListProps) => {
  if (events.includes(everyEvent)) return words.webhooks.allEvents;
  const others = events.length - most;
  return (
    <span className="flex flex-wrap items-center gap-1">
      {events.slice(0, most).map((event) => (
        <Code key={event}>{event}</Code>
      ))}
      {others > 0 && <span className="text-quiet text-xs">{say(words.webhooks.moreEvents, { count: others })}</span>}
    </span>
  );
};
