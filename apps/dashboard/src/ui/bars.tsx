import { words } from "../words/words.ts";

/** How the parts of a bar are told apart. They differ in lightness too, one from the next. */
export const fills = {
  accent: { bar: "fill-accent", mark: "bg-accent" },
  danger: { bar: "fill-danger", mark: "bg-danger" },
  first: { bar: "fill-chart-1", mark: "bg-chart-1" },
  second: { bar: "fill-chart-2", mark: "bg-chart-2" },
  third: { bar: "fill-chart-3", mark: "bg-chart-3" },
  fourth: { bar: "fill-chart-4", mark: "bg-chart-4" },
  rest: { bar: "fill-edge", mark: "bg-edge" },
} as const;

export interface Part {
  readonly name: string;
  readonly fill: keyof typeof fills;
}

export interface Bar {
  /** When it begins, in words. */
  readonly label: string;
  /** One for each part, from the ground up. */
  readonly counts: readonly number[];
  /** All of it in one sentence, where the pointer rests. */
  readonly title: string;
}

interface BarsProps {
  readonly parts: readonly Part[];
  readonly bars: readonly Bar[];
  /** What the chart shows: its name for whoever does not see it. */
  readonly label: string;
  /** Numbers as they are shown. */
  readonly format: (value: number) => string;
}

const height = 100;
const step = 10;
const gap = 2;
const leastHeight = 1.5;

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** What happened over time, part upon part, with the same as a table below it. */
export const Bars = ({ parts, bars, label, format }: BarsProps) => {
  const most = Math.max(...bars.map(({ counts }) => sumOf(counts)));
  return (
    <figure className="grid gap-2">
      <div className="flex justify-between gap-4 text-quiet text-xs">
        <Legend parts={parts} />
        <span className="tabular-nums">{format(most)}</span>
      </div>
      <div className="border-line border-y">
        <svg aria-label={label} className="h-40 w-full" preserveAspectRatio="none" role="img" viewBox={`0 0 ${bars.length * step} ${height}`}>
          {bars.map((bar, index) => (
            <Column bar={bar} key={bar.label} most={most} parts={parts} x={index * step} />
          ))}
        </svg>
      </div>
      <figcaption className="flex justify-between text-quiet text-xs">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </figcaption>
      <details className="text-quiet text-xs">
        <summary className="rounded py-1">{words.keyDetails.asTable}</summary>
        <Numbers
          columns={[words.keyDetails.time, ...parts.map(({ name }) => name)]}
          label={label}
          rows={bars.map(({ label: at, counts }) => [at, ...counts.map(format)])}
        />
      </details>
    </figure>
  );
};

interface ColumnProps {
  readonly bar: Bar;
  readonly parts: readonly Part[];
  readonly most: number;
  readonly x: number;
}

const Column = ({ bar: { counts, title }, parts, most, x }: ColumnProps) => {
  const tall = counts.map((count) => (count === 0 ? 0 : Math.max(leastHeight, (count / most) * height)));
  return (
    <g className="group">
      <title>{title}</title>
      <rect className="fill-transparent group-hover:fill-hover" height={height} width={step} x={x} y={0} />
      {parts.map(({ name, fill }, index) => (
        <rect
          className={fills[fill].bar}
          height={tall[index] ?? 0}
          key={name}
          width={step - gap}
          x={x + gap / 2}
          y={height - sumOf(tall.slice(0, index + 1))}
        />
      ))}
    </g>
  );
};

const Legend = ({ parts }: { readonly parts: readonly Part[] }) => (
  <span className="flex flex-wrap gap-x-4 gap-y-1">
    {parts.map(({ name, fill }) => (
      <span className="flex items-center gap-1.5" key={name}>
        <span aria-hidden className={`size-2.5 rounded-sm ${fills[fill].mark}`} />
        {name}
      </span>
    ))}
  </span>
);

interface NumbersProps {
  readonly columns: readonly string[];
  /** The first cell of each is its name. */
  readonly rows: readonly (readonly string[])[];
  /** What the table holds, where no heading says so. */
  readonly label?: string;
}

export const Numbers = ({ columns, rows, label }: NumbersProps) => (
  <div className="overflow-x-auto">
    <table aria-label={label} className="w-full text-xs">
      <thead className="text-quiet">
        <tr>
          {columns.map((column) => (
            <th className="border-line border-b py-1 ps-3 text-end font-medium first:ps-0 first:text-start" key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name = "", ...cells]) => (
          <tr key={name}>
            <th className="break-all py-1 text-start font-normal text-ink" scope="row">
              {name}
            </th>
            {cells.map((cell, index) => (
              <td className="py-1 ps-3 text-end text-ink tabular-nums" key={columns[index + 1]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
