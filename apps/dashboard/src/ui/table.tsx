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

export const Cell = ({ children, className = "" }: CellProps) => <td className={`px-2.5 py-2.5 align-middle first:ps-4 last:pe-4 ${className}`}>{children}</td>;

export const Row = ({ children, isChosen = false }: { readonly children: ReactNode; readonly isChosen?: boolean }) => (
  <tr className={`transition-colors hover:bg-hover ${isChosen ? "bg-accent-ground" : ""}`}>{children}</tr>
);
