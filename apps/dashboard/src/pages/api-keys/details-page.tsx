import type { ApiKey } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Pencil, SearchX } from "lucide-react";
import { useEffect, useState } from "react";
import { read } from "../../api.ts";
import { useMe, useTenant } from "../../me.ts";
import { codeOf, explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader, Section } from "../../ui/page-header.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { words } from "../../words/words.ts";
import { EditForm } from "./edit-form.tsx";
import { History } from "./history.tsx";
import { KeyFacts } from "./key-facts.tsx";
import { isAlive, StatusBadge } from "./key-words.tsx";
import { type Owners, useOwners } from "./owners.ts";
import { Secrets } from "./secrets.tsx";
import { UsagePanel } from "./usage-panel.tsx";
import { type KeyActions, useKeyActions } from "./use-key-actions.tsx";

const route = "/shell/tenant/settings/developers/api-keys/$keyId";
/** How often it is asked whether the old secret is still in use. */
const usesEveryMs = 15_000;

/** One key: what it is, what it did, what was done to it. */
export const KeyDetailsPage = () => {
  const { keyId } = useParams({ from: route });
  const { data, error, refetch } = useQuery({
    ...read("get-key", { params: { key_id: keyId } }),
    refetchInterval: ({ state }) => ((state.data?.secrets.length ?? 0) > 1 ? usesEveryMs : false),
  });
  if (data !== undefined) return <KeyDetails apiKey={data} />;
  if (error === null) return <SkeletonRows />;
  if (codeOf(error) === "NOT_FOUND" || codeOf(error) === "INVALID_REQUEST") return <NoSuchKey />;
  return (
    <Notice action={<Button onClick={() => void refetch()}>{words.common.retry}</Button>} tone="danger">
      {explain(error)}
    </Notice>
  );
};

const Back = () => (
  <Link className="flex items-center gap-1.5 justify-self-start rounded text-quiet text-sm hover:text-ink" search={{}} to="/settings/developers/api-keys">
    <ArrowLeft aria-hidden className="size-4" />
    {words.keyDetails.back}
  </Link>
);

const NoSuchKey = () => (
  <div className="grid gap-4">
    <Back />
    <EmptyState icon={<SearchX aria-hidden className="size-5" />} title={words.keyDetails.notThere}>
      {words.keyDetails.notThereText}
    </EmptyState>
  </div>
);

const KeyDetails = ({ apiKey }: { readonly apiKey: ApiKey }) => {
  const { can } = useMe();
  const actions = useKeyActions(useDialogOfAddress(apiKey));
  const owners = useOwners();
  return (
    <>
      <PageHeader
        actions={<Actions actions={actions} apiKey={apiKey} />}
        description={
          <span className="flex flex-wrap items-center gap-2">
            <StatusBadge status={apiKey.status} />
            <span className="font-mono text-xs">{apiKey.hint}</span>
          </span>
        }
        title={apiKey.name}
        trail={<Back />}
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid gap-5">
          {can("usage:read") && <UsagePanel of={{ keyId: apiKey.id }} />}
          <Settings actions={actions} apiKey={apiKey} owners={owners} />
        </div>
        <div className="grid gap-5">
          {apiKey.secrets.length > 0 && <Secrets apiKey={apiKey} />}
          {can("audit:read") && <History keyId={apiKey.id} owners={owners} />}
        </div>
      </div>
      {actions.dialog}
    </>
  );
};

/** The dialog that the address asks for, as the links of mails do: once, and no more when the page is loaded again. */
const useDialogOfAddress = (apiKey: ApiKey) => {
  const { dialog } = useSearch({ from: route });
  const navigate = useNavigate();
  useEffect(() => {
    if (dialog !== undefined) void navigate({ to: ".", search: {}, replace: true });
  }, [dialog, navigate]);
  return dialog !== undefined && isAlive(apiKey) ? ({ kind: dialog, apiKey } as const) : undefined;
};

interface OfKey {
  readonly apiKey: ApiKey;
  readonly actions: KeyActions;
}

const Actions = ({ apiKey, actions }: OfKey) => {
  if (!actions.mayChange(apiKey) || !isAlive(apiKey)) return null;
  return (
    <>
      <Button onClick={() => actions.start({ kind: "switch", apiKey })}>{apiKey.status === "disabled" ? words.keys.enable : words.keys.disable}</Button>
      <Button onClick={() => actions.start({ kind: "regenerate", apiKey })}>{words.keys.regenerate}</Button>
      <Button look="danger" onClick={() => actions.start({ kind: "revoke", apiKey })}>
        {words.keys.revoke}
      </Button>
    </>
  );
};

const Settings = ({ apiKey, actions, owners }: OfKey & { readonly owners: Owners }) => {
  const [isEditing, setEditing] = useState(false);
  const options = useQuery(read("get-key-options", { query: useTenant() })).data;
  const mayEdit = actions.mayChange(apiKey) && isAlive(apiKey) && options !== undefined;
  const edit = mayEdit && !isEditing && (
    <Button icon={<Pencil aria-hidden className="size-3.5" />} onClick={() => setEditing(true)}>
      {words.keyDetails.edit}
    </Button>
  );
  return (
    <Section actions={edit} title={words.keyDetails.settings}>
      {isEditing && options !== undefined ? (
        <EditForm apiKey={apiKey} onClose={() => setEditing(false)} options={options} />
      ) : (
        <KeyFacts apiKey={apiKey} owner={owners.nameOf(apiKey.owner)} />
      )}
    </Section>
  );
};
