import type { EndpointQuery, EndpointReply } from "@keywright/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, tenantChoice } from "./api.ts";

type ListId =
  | "list-members"
  | "list-invitations"
  | "list-teams"
  | "list-audit-log"
  | "list-tenants"
  | "list-webhooks"
  | "list-webhook-deliveries"
  | "list-alerts"
  | "list-alert-mutes";
type Item<Id extends ListId> = EndpointReply<Id>["data"][number];

export interface Endless<One> {
  /** What has come so far; undefined: nothing yet. */
  readonly items: readonly One[] | undefined;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly more: () => void;
  readonly again: () => void;
}

const pageSize = 50;

interface Following<One> {
  /** What stands in the path. */
  readonly params?: Readonly<Record<string, string>>;
  /** Whether what is shown will soon be otherwise: then it is read again every few seconds. */
  readonly isUnsettled?: (item: One) => boolean;
  /** How often, then; every three seconds where left out. */
  readonly settlesMs?: number;
}

/** A list of which more is asked for as far as somebody wants to read. */
export const useEndless = <Id extends ListId>(
  id: Id,
  query: Omit<EndpointQuery<Id>, "limit" | "cursor">,
  { params, isUnsettled, settlesMs = 3_000 }: Following<Item<Id>> = {},
): Endless<Item<Id>> => {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: [id, tenantChoice.read() ?? null, "endless", query, params ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...query, limit: pageSize, ...(pageParam !== null && { cursor: pageParam }) };
      return readPage(id, { ...(params !== undefined && { params }), query: asked, signal });
    },
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) => (isUnsettled !== undefined && state.data?.pages.some((page) => page.data.some(isUnsettled)) === true ? settlesMs : false),
  });
  return {
    items: data?.pages.flatMap((page) => page.data),
    error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    more: () => void fetchNextPage(),
    again: () => void refetch(),
  };
};

interface Page<One> {
  readonly data: readonly One[];
  readonly next_cursor: string | null;
}

/** The arguments are those of `id`; the compiler cannot follow them through the table. */
const readPage = <Id extends ListId>(id: Id, request: object): Promise<Page<Item<Id>>> => {
  const call = api.call as unknown as (id: ListId, request: object) => Promise<Page<Item<Id>>>;
  return call(id, request);
};
