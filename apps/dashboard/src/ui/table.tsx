import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";

interface TableProps {
  /** What the table holds: its name for whoever does not see it. */
  readonly label: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
  /** Whether the rows are about to be replaced: they stay, paler. */
  readonly isStale?: boolean;
}

export const Table = ({ label, head, children, isStale = false }: TableProps) => (
  <div className="overflow-x-auto rounded-xl border border-line bg-surface shadow-lift">
    <table aria-busy={isStale || undefined} aria-label={label} className="w-full border-collapse text-start text-sm">
      <thead className="border-line border-b bg-sunken text-quiet text-xs">
        <tr>{head}</tr>
      </thead>
      <tbody className={`divide-y divide-line transition-opacity ${isStale ? "opacity-60" : ""}`}>{children}</tbody>
    </table>
  </div>
);

interface CellProps {
  readonly children?: ReactNode;
  readonly className?: string;
}

/** `className` may hide a column where the screen is narrow: `hidden md:table-cell`. */
export const HeadCell = ({ children, className = "" }: CellProps) => (
  <th className={`whitespace-nowrap px-2.5 py-2 text-start font-medium first:ps-4 last:pe-4 ${className}`} scope="col">
    {children}
  </th>
);

interface SortCellProps extends CellProps {
  readonly onSort: () => void;
  /** How the rows stand by this column; undefined: they go by another. */
  readonly order: "ascending" | "descending" | undefined;
}

/** The head of a column that rows can be sorted by. */
export const SortCell = ({ children, className = "", onSort, order }: SortCellProps) => {
  const Arrow = order === "ascending" ? ArrowUp : ArrowDown;
  return (
    <th aria-sort={order} className={`whitespace-nowrap px-2.5 py-2 text-start font-medium first:ps-4 last:pe-4 ${className}`} scope="col">
      <button className="group -mx-1 inline-flex items-center gap-1 rounded px-1 hover:text-ink" onClick={onSort} type="button">
        {children}
        <Arrow aria-hidden className={`size-3 ${order === undefined ? "opacity-0 group-hover:opacity-50 group-focus-visible:opacity-50" : ""}`} />
      </button>
    </th>
  );
};

export const Cell = ({ children, className = "" }: CellProps) => <td className={`px-2.5 py-2.5 align-middle first:ps-4 last:pe-4 ${className}`}>{children}</td>;

export const Row = ({ children, isChosen = false }: { readonly children: ReactNode; readonly isChosen?: boolean }) => (
  <tr className={`transition-colors hover:bg-hover ${isChosen ? "bg-accent-ground" : ""}`}>{children}</tr>
);
