import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { read } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Bars } from "../../ui/bars.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { formatDay, formatHour, formatNumber, formatPercent } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { type Bucket, fillBuckets, type Usage, type UsageRange, usageRanges } from "./usage-buckets.ts";

const ranges = Object.keys(usageRanges) as readonly UsageRange[];
const minuteMs = 60_000;

interface UsagePanelProps {
  /** Whose requests: one key's, a tenant's, or those of all tenants. */
  readonly of: { readonly keyId: string } | { readonly tenant_id?: string };
}

export const UsagePanel = ({ of }: UsagePanelProps) => {
  const [range, setRange] = useState<UsageRange>("week");
  const query = useMemo(() => {
    const { lengthMs, granularity } = usageRanges[range];
    // To the minute, so that the same range is the same question for a while.
    const now = Math.floor(Date.now() / minuteMs) * minuteMs;
    return { from: new Date(now - lengthMs).toISOString(), granularity };
  }, [range]);
  const keyId = "keyId" in of ? of.keyId : undefined;
  const tenant = "keyId" in of ? {} : of;
  const ofKey = useQuery({
    ...read("get-key-usage", { params: { key_id: keyId ?? "" }, query }),
    enabled: keyId !== undefined,
    placeholderData: keepPreviousData,
  });
  const ofAll = useQuery({ ...read("get-usage", { query: { ...tenant, ...query } }), enabled: keyId === undefined, placeholderData: keepPreviousData });
  const { data, error, refetch, isPlaceholderData } = keyId === undefined ? ofAll : ofKey;
  return (
    <Section actions={<RangeChoice onChoose={setRange} range={range} />} title={words.keyDetails.usage}>
      {data === undefined ? (
        error === null ? (
          <Skeleton className="h-56" />
        ) : (
          <Notice action={<Button onClick={() => void refetch()}>{words.common.retry}</Button>} tone="danger">
            {explain(error)}
          </Notice>
        )
      ) : (
        <div className={`grid gap-6 transition-opacity ${isPlaceholderData ? "opacity-60" : ""}`}>
          <Totals usage={data} />
          {data.requests === 0 ? <p className="py-8 text-center text-quiet text-sm">{words.keyDetails.noUsage}</p> : <UsageCharts usage={data} />}
        </div>
      )}
    </Section>
  );
};

const RangeChoice = ({ range, onChoose }: { readonly range: UsageRange; readonly onChoose: (range: UsageRange) => void }) => (
  <fieldset className="flex rounded-lg border border-line p-0.5">
    <legend className="sr-only">{words.keyDetails.range}</legend>
    {ranges.map((one) => (
      <label
        className="rounded-md px-2.5 py-1 text-quiet text-xs has-checked:bg-hover has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        key={one}
      >
        <input checked={one === range} className="sr-only" name="range" onChange={() => onChoose(one)} type="radio" />
        {words.keyDetails.ranges[one]}
      </label>
    ))}
  </fieldset>
);

const refusalsOf = ({ errors }: Usage): number => Object.values(errors).reduce((sum, count) => sum + count, 0);

const Totals = ({ usage }: { readonly usage: Usage }) => {
  const refused = refusalsOf(usage);
  const facts = [
    [words.keyDetails.requests, formatNumber(usage.requests)],
    [words.keyDetails.refusals, formatNumber(refused)],
    [words.keyDetails.errorRate, formatPercent(usage.requests === 0 ? 0 : refused / usage.requests)],
  ] as const;
  return (
    <dl className="grid grid-cols-3 gap-4">
      {facts.map(([name, value]) => (
        <div className="grid" key={name}>
          <dt className="text-quiet text-xs">{name}</dt>
          <dd className="font-semibold text-lg tabular-nums tracking-tight">{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const UsageCharts = ({ usage }: { readonly usage: Usage }) => {
  const buckets = fillBuckets(usage);
  const labelOf = ({ start }: Bucket): string => (usage.granularity === "hour" ? formatHour(start) : formatDay(start));
  const bars = buckets.map((bucket) => {
    const [label, accepted, refused] = [labelOf(bucket), bucket.requests - bucket.errors, bucket.errors];
    return { label, accepted, refused, title: say(words.keyDetails.bucket, { when: label, accepted, refused }) };
  });
  const most = Math.max(...buckets.map(({ requests }) => requests));
  const [first, last] = [bars[0]?.label, bars.at(-1)?.label];
  return (
    <>
      <figure className="grid gap-2">
        <div className="flex justify-between text-quiet text-xs">
          <Legend />
          <span className="tabular-nums">{formatNumber(most)}</span>
        </div>
        <div className="border-line border-y">
          <Bars bars={bars} label={words.keyDetails.chart} />
        </div>
        <figcaption className="flex justify-between text-quiet text-xs">
          <span>{first}</span>
          <span>{last}</span>
        </figcaption>
        <details className="text-quiet text-xs">
          <summary className="rounded py-1">{words.keyDetails.asTable}</summary>
          <Numbers
            columns={[words.keyDetails.time, words.keyDetails.accepted, words.keyDetails.refusals]}
            rows={bars.map(({ label, accepted, refused }) => [label, formatNumber(accepted), formatNumber(refused)])}
          />
        </details>
      </figure>
      <div className="grid gap-6 sm:grid-cols-2">
        <Shares name={words.keyDetails.code} rows={Object.entries(usage.errors)} title={words.keyDetails.byCode} total={usage.requests} />
        <Shares
          name={words.keyDetails.endpoint}
          rows={usage.endpoints.map(({ endpoint, requests }) => [endpoint, requests] as const)}
          title={words.keyDetails.byEndpoint}
          total={usage.requests}
        />
      </div>
    </>
  );
};

const Legend = () => (
  <span className="flex gap-4">
    <span className="flex items-center gap-1.5">
      <span aria-hidden className="size-2.5 rounded-sm bg-accent" />
      {words.keyDetails.accepted}
    </span>
    <span className="flex items-center gap-1.5">
      <span aria-hidden className="size-2.5 rounded-sm bg-danger" />
      {words.keyDetails.refusals}
    </span>
  </span>
);

interface SharesProps {
  readonly title: string;
  readonly name: string;
  readonly rows: readonly (readonly [name: string, count: number])[];
  readonly total: number;
}

const shownRows = 8;

const Shares = ({ title, name, rows, total }: SharesProps) =>
  rows.length === 0 ? null : (
    <div className="grid content-start gap-2">
      <h3 className="font-medium text-sm">{title}</h3>
      <Numbers
        columns={[name, words.keyDetails.requests, words.keyDetails.share]}
        rows={[...rows]
          .sort(([, a], [, b]) => b - a)
          .slice(0, shownRows)
          .map(([one, count]) => [one, formatNumber(count), formatPercent(total === 0 ? 0 : count / total)])}
      />
    </div>
  );

interface NumbersProps {
  readonly columns: readonly string[];
  /** The first cell of each is its name. */
  readonly rows: readonly (readonly string[])[];
}

const Numbers = ({ columns, rows }: NumbersProps) => (
  <table className="w-full text-xs">
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
);
