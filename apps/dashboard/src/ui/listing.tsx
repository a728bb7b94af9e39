import type { ReactNode } from "react";
import type { Endless } from "../endless.ts";
import { explain } from "../problem.ts";
import { words } from "../words/words.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";
import { SkeletonRows } from "./skeleton.tsx";

interface ListingProps<One> {
  readonly list: Endless<One>;
  /** What stands there where the list is empty. */
  readonly empty: ReactNode;
  readonly children: (items: readonly One[]) => ReactNode;
}

/** A list that is on its way, could not be had, is empty, or is there, with a button for more of it. */
export const Listing = <One,>({ list, empty, children }: ListingProps<One>) => {
  if (list.items === undefined) return list.error === null ? <SkeletonRows /> : <LoadFailure error={list.error} onRetry={list.again} />;
  if (list.items.length === 0) return empty;
  return (
    <div className="grid gap-3">
      {list.error !== null && <LoadFailure error={list.error} onRetry={list.again} />}
      {children(list.items)}
      {list.hasMore && (
        <div className="flex justify-center">
          <Button isBusy={list.isLoadingMore} onClick={list.more}>
            {words.common.showMore}
          </Button>
        </div>
      )}
    </div>
  );
};

const LoadFailure = ({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) => (
  <Notice action={<Button onClick={onRetry}>{words.common.retry}</Button>} tone="danger">
    {explain(error)}
  </Notice>
);

interface LoadedProps<Value> {
  readonly query: { readonly data: Value | undefined; readonly error: unknown; readonly refetch: () => Promise<unknown> };
  readonly rows?: number;
  readonly children: (value: Value) => ReactNode;
}

/** One thing that is asked for. */
export const Loaded = <Value,>({ query, rows = 4, children }: LoadedProps<Value>) => {
  if (query.data !== undefined) return children(query.data);
  return query.error === null ? <SkeletonRows rows={rows} /> : <LoadFailure error={query.error} onRetry={() => void query.refetch()} />;
};
