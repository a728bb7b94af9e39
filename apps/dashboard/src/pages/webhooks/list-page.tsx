import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useEndless } from "../../endless.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState, Steps } from "../../ui/empty-state.tsx";
import { Listing } from "../../ui/listing.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { operatorPlace, useTenantPlace, type WebhookPlace } from "./place.ts";
import { useWebhookActions, type WebhookActions } from "./use-webhook-actions.tsx";
import { WebhookTable } from "./webhook-table.tsx";

/** The chosen tenant's webhooks. */
export const TenantWebhooksPage = () => <WebhooksPage lead={words.webhooks.lead} place={useTenantPlace()} />;

/** For operators: the webhooks that hear of every tenant. */
export const OperatorWebhooksPage = () => <WebhooksPage lead={words.webhooks.operatorLead} place={operatorPlace} />;

const WebhooksPage = ({ place, lead }: { readonly place: WebhookPlace; readonly lead: string }) => {
  const list = useEndless("list-webhooks", place.owner);
  const actions = useWebhookActions(place);
  return (
    <>
      <PageHeader actions={<Create actions={actions} />} description={lead} title={words.webhooks.title} />
      <Listing empty={<NoWebhooks actions={actions} />} list={list}>
        {(webhooks) => <WebhookTable actions={actions} place={place} webhooks={webhooks} />}
      </Listing>
      {actions.dialog}
    </>
  );
};

const Create = ({ actions }: { readonly actions: WebhookActions }) =>
  actions.canWrite && (
    <Button icon={<Plus aria-hidden className="size-4" />} look="primary" onClick={() => actions.start({ kind: "create" })}>
      {words.webhooks.create}
    </Button>
  );

const NoWebhooks = ({ actions }: { readonly actions: WebhookActions }) => {
  const icon = <WebhookIcon aria-hidden className="size-5" />;
  if (!actions.canWrite) return <EmptyState icon={icon} title={words.webhooks.readOnlyEmpty} />;
  return (
    <EmptyState action={<Create actions={actions} />} icon={icon} title={words.webhooks.emptyTitle}>
      <p>{words.webhooks.emptyText}</p>
      <Steps steps={[words.webhooks.emptyStep1, words.webhooks.emptyStep2, words.webhooks.emptyStep3]} />
    </EmptyState>
  );
};
