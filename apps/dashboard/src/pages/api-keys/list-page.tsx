import type { ApiKey, KeySortName } from "@keywright/contract";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, KeyRound, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { later } from "../../later.ts";
import { useTenant } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState, Steps } from "../../ui/empty-state.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { Filters } from "./filters.tsx";
import { keyPageQuery } from "./key-page-query.ts";
import { KeyTable } from "./key-table.tsx";
import { hasFilters, type KeySearch, usualSort, withoutEmpty } from "./list-search.ts";
import { useOwners } from "./owners.ts";
import { type KeyActions, useKeyActions } from "./use-key-actions.tsx";

const path = "/settings/developers/api-keys";

/** The tenant's keys. */
export const KeyListPage = () => {
  const search = useSearch({ from: "/shell/tenant/settings/developers/api-keys" });
  const navigate = useNavigate();
  const actions = useKeyActions();
  const owners = useOwners();
  const go = (next: KeySearch, replace: boolean): void => void navigate({ to: path, search: next, replace, resetScroll: false });
  const create = actions.canWrite && (
    <Button icon={<Plus aria-hidden className="size-4" />} look="primary" onClick={() => actions.start({ kind: "create" })}>
      {words.keys.create}
    </Button>
  );
  return (
    <>
      <PageHeader actions={create} description={words.keys.lead} title={words.keys.title} />
      <Filters
        onChange={(change) => go(withoutEmpty({ ...emptySearch, ...search, cursor: undefined, ...change }), true)}
        onClear={() => go(withoutEmpty({ ...emptySearch, sort: search.sort }), false)}
        owners={owners}
        search={search}
      />
      <KeyList
        actions={actions}
        onGo={(cursor) => go(withoutEmpty({ ...emptySearch, ...search, cursor }), false)}
        onSort={(sort) => go(withSort(search, sort), true)}
        owners={owners}
        search={search}
      />
      {actions.dialog}
    </>
  );
};

const emptySearch = { q: undefined, status: undefined, environment: undefined, scope: undefined, owner: undefined, sort: undefined, cursor: undefined };

/** Another order begins with its first page. */
const withSort = (search: KeySearch, sort: KeySortName): KeySearch =>
  withoutEmpty({ ...emptySearch, ...search, cursor: undefined, sort: sort === usualSort ? undefined : sort });

interface KeyListProps {
  readonly search: KeySearch;
  readonly owners: ReturnType<typeof useOwners>;
  readonly actions: KeyActions;
  readonly onGo: (cursor: string | undefined) => void;
  readonly onSort: (sort: KeySortName) => void;
}

const KeyList = ({ search, owners, actions, onGo, onSort }: KeyListProps) => {
  const { tenant_id: tenantId } = useTenant();
  const { data, error, isPlaceholderData, refetch } = useQuery({ ...keyPageQuery(tenantId, search), placeholderData: keepPreviousData });
  const [chosen, setChosen] = useState<ReadonlyMap<string, ApiKey>>(new Map());
  if (data === undefined) {
    return error === null ? (
      <SkeletonRows />
    ) : (
      <Notice action={<Button onClick={() => void refetch()}>{words.common.retry}</Button>} tone="danger">
        {explain(error)}
      </Notice>
    );
  }
  if (data.data.length === 0 && search.cursor === undefined) return <NoKeys actions={actions} isFiltered={hasFilters(search)} />;
  const choose = (ids: readonly string[], isChosen: boolean): void => {
    const next = new Map(chosen);
    for (const key of data.data.filter(({ id }) => ids.includes(id))) {
      if (isChosen) next.set(key.id, key);
      else next.delete(key.id);
    }
    setChosen(next);
  };
  const drop = (ids: readonly string[]): void => setChosen(new Map([...chosen].filter(([id]) => !ids.includes(id))));
  return (
    <div className="grid gap-3">
      {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
      {chosen.size > 0 && <BulkBar keys={[...chosen.values()]} onClear={() => setChosen(new Map())} onRevoked={drop} />}
      <KeyTable
        actions={actions}
        chosen={new Set(chosen.keys())}
        isStale={isPlaceholderData}
        keys={data.data}
        onChoose={choose}
        onSort={onSort}
        owners={owners}
        sort={search.sort ?? usualSort}
      />
      <Paging cursor={search.cursor} next={data.next_cursor} onGo={onGo} />
    </div>
  );
};

interface BulkBarProps {
  readonly keys: readonly ApiKey[];
  readonly onClear: () => void;
  readonly onRevoked: (ids: readonly string[]) => void;
}

const bulkRevoke = later(() => import("./bulk-revoke-dialog.tsx"));

const BulkBar = ({ keys, onClear, onRevoked }: BulkBarProps) => {
  const [isOpen, setOpen] = useState(false);
  const part = bulkRevoke.use();
  const open = async (): Promise<void> => setOpen(await bulkRevoke.load());
  return (
    <div className="sticky top-14 z-10 flex flex-wrap items-center gap-2 rounded-xl bg-surface px-3 py-2 shadow-float lg:top-3">
      <span aria-live="polite" className="me-auto px-1 font-medium text-sm">
        {say(words.keys.chosen, { count: keys.length })}
      </span>
      <Button look="ghost" onClick={onClear}>
        {words.keys.unchoose}
      </Button>
      <Button look="danger" onClick={() => void open()}>
        {words.keys.revoke}
      </Button>
      {isOpen && part !== undefined && <part.BulkRevokeDialog keys={keys} onClose={() => setOpen(false)} onRevoked={onRevoked} />}
    </div>
  );
};

interface PagingProps {
  readonly cursor: string | undefined;
  readonly next: string | null;
  readonly onGo: (cursor: string | undefined) => void;
}

/** A cursor knows the way on; the way back is the browser's, which each page is an address for. */
const Paging = ({ cursor, next, onGo }: PagingProps) => {
  const { history } = useRouter();
  if (cursor === undefined && next === null) return null;
  return (
    <nav aria-label={words.keys.pages} className="flex justify-end gap-2">
      {cursor !== undefined && (
        <>
          <Button look="ghost" onClick={() => onGo(undefined)}>
            {words.keys.first}
          </Button>
          <Button icon={<ChevronLeft aria-hidden className="size-4" />} onClick={() => history.back()}>
            {words.keys.previous}
          </Button>
        </>
      )}
      <Button disabled={next === null} onClick={() => onGo(next ?? undefined)}>
        {words.keys.next}
        <ChevronRight aria-hidden className="size-4" />
      </Button>
    </nav>
  );
};

const NoKeys = ({ isFiltered, actions }: { readonly isFiltered: boolean; readonly actions: KeyActions }) => {
  if (isFiltered) {
    return (
      <EmptyState icon={<SearchX aria-hidden className="size-5" />} title={words.keys.noneTitle}>
        {words.keys.noneText}
      </EmptyState>
    );
  }
  if (!actions.canWrite) return <EmptyState icon={<KeyRound aria-hidden className="size-5" />} title={words.keys.readOnlyEmpty} />;
  return (
    <EmptyState
      action={
        <Button icon={<Plus aria-hidden className="size-4" />} look="primary" onClick={() => actions.start({ kind: "create" })}>
          {words.keys.create}
        </Button>
      }
      icon={<KeyRound aria-hidden className="size-5" />}
      title={words.keys.emptyTitle}
    >
      <p>{words.keys.emptyText}</p>
      <Steps steps={[words.keys.emptyStep1, words.keys.emptyStep2, words.keys.emptyStep3]} />
    </EmptyState>
  );
};
