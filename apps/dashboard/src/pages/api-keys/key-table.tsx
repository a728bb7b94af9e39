import type { ApiKey, KeySortName } from "@keywright/contract";
import { memo, useDeferredValue } from "react";
import { Badge, Code } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Dots } from "../../ui/dots.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Cell, HeadCell, Row, SortCell, Table } from "../../ui/table.tsx";
import { useFixed } from "../../use-fixed.ts";
import { useNow } from "../../use-now.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { KeyLink } from "./key-link.tsx";
import { Ago, Expiry, isAlive, StatusBadge } from "./key-words.tsx";
import { nextSort } from "./list-search.ts";
import type { Owners } from "./owners.ts";
import type { KeyActions } from "./use-key-actions.tsx";

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly owners: Owners;
  readonly isStale: boolean;
  /** Ids. */
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: readonly string[], isChosen: boolean) => void;
  readonly actions: KeyActions;
  readonly sort: KeySortName;
  readonly onSort: (sort: KeySortName) => void;
}

/** What the screen shows at once: the rest follows a moment later, so that nobody waits for what they have to scroll to. */
const firstRows = 20;

export const KeyTable = ({ keys, owners, isStale, chosen, onChoose, actions, sort, onSort }: KeyTableProps) => {
  const nowMs = useNow();
  const isWhole = useDeferredValue(true, false);
  const menuOf = useFixed(actions.menuOf);
  const choose = useFixed(onChoose);
  const open = keys.filter((key) => actions.mayChange(key) && isAlive(key)).map(({ id }) => id);
  const areAllChosen = open.length > 0 && open.every((id) => chosen.has(id));
  const sorting = (start: KeySortName) => ({ order: orderOf(sort, start), onSort: () => onSort(nextSort(sort, start)) });
  return (
    <Table
      head={
        <>
          {actions.canWrite && (
            <HeadCell className="w-10 pe-0">
              <input
                aria-label={words.keys.chooseAll}
                checked={areAllChosen}
                className="block size-4"
                disabled={open.length === 0}
                onChange={({ target }) => onChoose(open, target.checked)}
                type="checkbox"
              />
            </HeadCell>
          )}
          {/* The names take what is left, and never less than this. */}
          <SortCell {...sorting("name")} className="min-w-32 lg:min-w-40">
            {words.keys.name}
          </SortCell>
          <HeadCell className="hidden xl:table-cell">{words.keys.scopes}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.keys.environment}</HeadCell>
          <HeadCell className="hidden lg:table-cell">{words.keys.owner}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.keys.status}</HeadCell>
          <SortCell {...sorting("-created_at")} className="hidden 2xl:table-cell">
            {words.keys.created}
          </SortCell>
          <SortCell {...sorting("-last_used_at")} className="hidden md:table-cell">
            {words.keys.lastUsed}
          </SortCell>
          <SortCell {...sorting("expires_at")} className="hidden lg:table-cell">
            {words.keys.expires}
          </SortCell>
          <HeadCell className="w-12">
            <span className="sr-only">{words.keys.actions}</span>
          </HeadCell>
        </>
      }
      isStale={isStale}
      label={words.keys.title}
    >
      {(isWhole ? keys : keys.slice(0, firstRows)).map((key) => (
        <KeyRow
          apiKey={key}
          canChoose={actions.mayChange(key) && isAlive(key)}
          hasChoice={actions.canWrite}
          isChosen={chosen.has(key.id)}
          key={key.id}
          menuOf={menuOf}
          nowMs={nowMs}
          onChoose={choose}
          owner={owners.nameOf(key.owner)}
        />
      ))}
    </Table>
  );
};

/** How the rows stand by the column that `start` sorts by; undefined: they go by another. */
const orderOf = (sort: KeySortName, start: KeySortName): "ascending" | "descending" | undefined => {
  if (sort.replace("-", "") !== start.replace("-", "")) return undefined;
  return sort.startsWith("-") ? "descending" : "ascending";
};

interface KeyRowProps extends Pick<KeyTableProps, "onChoose">, Pick<KeyActions, "menuOf"> {
  readonly apiKey: ApiKey;
  readonly owner: string;
  readonly nowMs: number;
  readonly isChosen: boolean;
  /** Whether rows can be chosen at all, and this one. */
  readonly hasChoice: boolean;
  readonly canChoose: boolean;
}

/** Drawn anew only where something of it is another: a table is drawn again for each stroke in its search. */
const KeyRow = memo(({ apiKey, owner, nowMs, isChosen, hasChoice, canChoose, menuOf, onChoose }: KeyRowProps) => {
  const { id, name, hint, status, environment, scopes, created_at: createdAt, last_used_at: usedAt } = apiKey;
  return (
    <Row isChosen={isChosen}>
      {hasChoice && (
        <Cell className="pe-0">
          <input
            aria-label={say(words.keys.choose, { name })}
            checked={isChosen}
            className="block size-4"
            disabled={!canChoose}
            onChange={({ target }) => onChoose([id], target.checked)}
            type="checkbox"
          />
        </Cell>
      )}
      <Cell className="w-full max-w-0">
        <KeyLink id={id} name={name} />
        <span className="block truncate font-mono text-quiet text-xs">{hint}</span>
        <span className="mt-1 block sm:hidden">
          <StatusBadge status={status} />
        </span>
      </Cell>
      <Cell className="hidden xl:table-cell">
        <Scopes scopes={scopes} />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Badge tone={environment === "live" ? "accent" : "quiet"}>{words.keys.environments[environment]}</Badge>
      </Cell>
      <Cell className="hidden lg:table-cell">
        <span className="block max-w-32 truncate text-quiet" title={owner}>
          <bdi>{owner}</bdi>
        </span>
      </Cell>
      <Cell className="hidden sm:table-cell">
        <StatusBadge status={status} />
      </Cell>
      <Cell className="hidden whitespace-nowrap text-quiet 2xl:table-cell">
        <Ago at={createdAt} nowMs={nowMs} />
      </Cell>
      <Cell className="hidden whitespace-nowrap text-quiet md:table-cell">{usedAt === null ? words.keys.neverUsed : <Ago at={usedAt} nowMs={nowMs} />}</Cell>
      <Cell className="hidden whitespace-nowrap text-quiet lg:table-cell">
        <Expiry apiKey={apiKey} nowMs={nowMs} />
      </Cell>
      <Cell className="text-end">
        <Menu
          groups={() => menuOf(apiKey)}
          trigger={
            <IconButton label={say(words.keys.actionsOf, { name })}>
              <Dots />
            </IconButton>
          }
        />
      </Cell>
    </Row>
  );
});

const shownScopes = 1;

const Scopes = ({ scopes }: { readonly scopes: readonly string[] }) => (
  <span className="flex max-w-72 items-center gap-1 whitespace-nowrap" title={scopes.join(", ")}>
    {scopes.slice(0, shownScopes).map((scope) => (
      <Code key={scope}>{scope}</Code>
    ))}
    {scopes.length > shownScopes && <span className="text-quiet text-xs">{say(words.keys.moreScopes, { count: scopes.length - shownScopes })}</span>}
  </span>
);
