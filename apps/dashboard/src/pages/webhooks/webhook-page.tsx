import type { Webhook } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, SearchX } from "lucide-react";
import { read } from "../../api.ts";
import { codeOf } from "../../problem.ts";
import { Code } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { PageHeader, Section } from "../../ui/page-header.tsx";
import { formatMoment } from "../../words/format.ts";
import { words } from "../../words/words.ts";
import { Deliveries } from "./deliveries.tsx";
import type { DeliverySearch } from "./delivery-search.ts";
import { hostOf, operatorPlace, useTenantPlace, type WebhookPlace } from "./place.ts";
import { useWebhookActions, type WebhookActions } from "./use-webhook-actions.tsx";
import { EventList } from "./webhook-table.tsx";
import { WebhookBadge, WebhookNotices } from "./webhook-words.tsx";

export const TenantWebhookPage = () => {
  const from = "/shell/tenant/settings/developers/webhooks/$webhookId";
  return <WebhookPage place={useTenantPlace()} search={useSearch({ from })} webhookId={useParams({ from }).webhookId} />;
};

export const OperatorWebhookPage = () => {
  const from = "/shell/operator/webhooks/$webhookId";
  return <WebhookPage place={operatorPlace} search={useSearch({ from })} webhookId={useParams({ from }).webhookId} />;
};

/** While it is open, what waits is delivered or fails. */
const followMs = 10_000;

interface WebhookPageProps {
  readonly place: WebhookPlace;
  readonly webhookId: string;
  readonly search: DeliverySearch;
}

/** One webhook: how it goes, what it is, what was sent. */
const WebhookPage = ({ place, webhookId, search }: WebhookPageProps) => {
  const query = useQuery({ ...read("get-webhook", { params: { webhook_id: webhookId } }), refetchInterval: followMs });
  const actions = useWebhookActions(place);
  if (query.data === undefined && ["NOT_FOUND", "INVALID_REQUEST"].includes(codeOf(query.error) ?? "")) return <NoSuchWebhook place={place} />;
  return (
    <>
      <Loaded query={query}>{(webhook) => <WebhookDetails actions={actions} place={place} search={search} webhook={webhook} />}</Loaded>
      {actions.dialog}
    </>
  );
};

const Back = ({ place }: { readonly place: WebhookPlace }) => (
  <Link className="flex items-center gap-1.5 justify-self-start rounded text-quiet text-sm hover:text-ink" to={place.list}>
    <ArrowLeft aria-hidden className="size-4" />
    {words.webhooks.back}
  </Link>
);

const NoSuchWebhook = ({ place }: { readonly place: WebhookPlace }) => (
  <div className="grid gap-4">
    <Back place={place} />
    <EmptyState icon={<SearchX aria-hidden className="size-5" />} isPage title={words.webhooks.notThere}>
      {words.webhooks.notThereText}
    </EmptyState>
  </div>
);

interface DetailsProps {
  readonly webhook: Webhook;
  readonly place: WebhookPlace;
  readonly search: DeliverySearch;
  readonly actions: WebhookActions;
}

const WebhookDetails = ({ webhook, place, search, actions }: DetailsProps) => {
  const navigate = useNavigate();
  const choose = (status: DeliverySearch["status"]): void =>
    void navigate({ to: place.one, params: { webhookId: webhook.id }, search: status === undefined ? {} : { status }, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader
        actions={actions.canWrite && <Actions actions={actions} webhook={webhook} />}
        description={<WebhookBadge webhook={webhook} />}
        title={hostOf(webhook.url)}
        trail={<Back place={place} />}
      />
      <div className="grid gap-5">
        <WebhookNotices webhook={webhook} />
        <Section title={words.webhooks.settings}>
          <WebhookFacts webhook={webhook} />
        </Section>
        <Deliveries canReplay={actions.canWrite && webhook.status === "active"} onChoose={choose} status={search.status} webhookId={webhook.id} />
      </div>
    </>
  );
};

const WebhookFacts = ({ webhook }: Pick<DetailsProps, "webhook">) => (
  <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[9rem_minmax(0,1fr)]">
    <Fact name={words.webhooks.url}>
      <span className="break-all">{webhook.url}</span>
    </Fact>
    {webhook.description !== "" && (
      <Fact name={words.webhooks.description}>
        <bdi className="wrap-anywhere">{webhook.description}</bdi>
      </Fact>
    )}
    <Fact name={words.webhooks.events}>
      <EventList events={webhook.events} most={webhook.events.length} />
    </Fact>
    <Fact name={words.webhooks.id}>
      <span className="flex items-center gap-1">
        <Code>{webhook.id}</Code>
        <CopyButton className="-my-2" isIconOnly label={words.webhooks.copyId} look="ghost" text={webhook.id} />
      </span>
    </Fact>
    <Fact name={words.webhooks.since}>{formatMoment(webhook.created_at)}</Fact>
  </dl>
);

const Actions = ({ webhook, actions }: Pick<DetailsProps, "webhook" | "actions">) => (
  <>
    {webhook.status === "active" && (
      <Button look="primary" onClick={() => actions.start({ kind: "test", webhook })}>
        {words.webhooks.test}
      </Button>
    )}
    <Button onClick={() => actions.start({ kind: "edit", webhook })}>{words.webhooks.edit}</Button>
    <Button onClick={() => actions.start({ kind: "rotate", webhook })}>{words.webhooks.rotate}</Button>
    <Button look={webhook.status === "active" ? "plain" : "primary"} onClick={() => actions.start({ kind: "switch", webhook })}>
      {webhook.status === "active" ? words.webhooks.pause : words.webhooks.resume}
    </Button>
    <Button look="danger" onClick={() => actions.start({ kind: "remove", webhook })}>
      {words.webhooks.remove}
    </Button>
  </>
);
