import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { read } from "../../api.ts";
import { explain } from "../../problem.ts";
import { serverNow } from "../../server-clock.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { formatNumber, formatPercent } from "../../words/format.ts";
import { words } from "../../words/words.ts";
import { type Usage, type UsageRange, usageRanges } from "./usage-buckets.ts";
import { UsageCharts } from "./usage-charts.tsx";

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
    const now = Math.floor(serverNow() / minuteMs) * minuteMs;
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
