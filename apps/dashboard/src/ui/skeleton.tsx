import { words } from "../words/words.ts";

/** Where text will be. */
export const Skeleton = ({ className = "" }: { readonly className?: string }) => (
  <span aria-hidden className={`block h-4 animate-pulse rounded-md bg-line ${className}`} />
);

const widths = ["w-2/3", "w-1/2", "w-3/5", "w-2/5", "w-1/2", "w-3/5"] as const;

/** A list that is on its way. */
export const SkeletonRows = ({ rows = 6 }: { readonly rows?: number }) => (
  <div className="divide-y divide-line rounded-xl border border-line bg-surface" role="status">
    <span className="sr-only">{words.common.loading}</span>
    {Array.from({ length: rows }, (_, index) => (
      <div className="flex items-center gap-6 px-4 py-4" key={`row-${index.toString()}`}>
        <Skeleton className={widths[index % widths.length] ?? "w-1/2"} />
        <Skeleton className="ms-auto w-16" />
      </div>
    ))}
  </div>
);
