import { type ApiKey, type KeySortName, keySorts } from "@keywright/contract";

/** The filters and the order of the list, as they stand in the address. */
export interface KeySearch {
  readonly q?: string;
  readonly status?: ApiKey["status"];
  readonly environment?: ApiKey["environment"];
  readonly scope?: string;
  /** A member's or a team's id. */
  readonly owner?: string;
  /** Left out: newest first. */
  readonly sort?: KeySortName;
  readonly cursor?: string;
}

export const usualSort = "-created_at" satisfies KeySortName;

const statuses: readonly string[] = ["active", "disabled", "expired", "revoked"] satisfies readonly ApiKey["status"][];
const environments: readonly string[] = ["live", "test"] satisfies readonly ApiKey["environment"][];

const text = (value: unknown, max: number): string | undefined => {
  const given = typeof value === "number" ? String(value) : value;
  return typeof given === "string" && given.trim() !== "" ? given.slice(0, max) : undefined;
};

const oneOf = <Value extends string>(value: unknown, known: readonly string[]): Value | undefined =>
  typeof value === "string" && known.includes(value) ? (value as Value) : undefined;

/** What an address says, without what makes no sense in it. */
export const readKeySearch = (search: Readonly<Record<string, unknown>>): KeySearch => {
  const { q, status, environment, scope, owner, sort, cursor } = search as { readonly [Name in keyof KeySearch]?: unknown };
  return withoutEmpty({
    q: text(q, 100),
    status: oneOf<ApiKey["status"]>(status, statuses),
    environment: oneOf<ApiKey["environment"]>(environment, environments),
    scope: text(scope, 64),
    owner: text(owner, 32),
    sort: sort === usualSort ? undefined : oneOf<KeySortName>(sort, keySorts),
    cursor: text(cursor, 1024),
  });
};

type Loose = { readonly [Name in keyof KeySearch]: KeySearch[Name] | undefined };

export const withoutEmpty = (search: Loose): KeySearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== "")) as KeySearch;

export const hasFilters = ({ cursor: _cursor, sort: _sort, ...filters }: KeySearch): boolean => Object.keys(filters).length > 0;

/** The order that a click on a column's head asks for: first `start`, then the other way round. */
export const nextSort = (now: KeySortName, start: KeySortName): KeySortName => {
  if (now !== start) return start;
  const turned = start.startsWith("-") ? start.slice(1) : `-${start}`;
  return turned as KeySortName;
};

/** The query of `list-keys` that a search stands for. */
export const toListQuery = ({ owner, ...filters }: KeySearch) => ({
  ...filters,
  ...(owner?.startsWith("team_") && { team_id: owner }),
  ...(owner?.startsWith("mem_") && { owner_id: owner }),
});
