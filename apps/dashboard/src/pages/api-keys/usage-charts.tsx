import { Bars, Numbers, type Part } from "../../ui/bars.tsx";
import { formatDay, formatHour, formatNumber, formatPercent } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { type Bucket, countCodes, fillBuckets, frequentCodes, type Usage } from "./usage-buckets.ts";

/** What the requests of a range were, and came to. */
export const UsageCharts = ({ usage }: { readonly usage: Usage }) => {
  const buckets = fillBuckets(usage);
  const labelOf = ({ start }: Bucket): string => (usage.granularity === "hour" ? formatHour(start) : formatDay(start));
  const bars = buckets.map((bucket) => {
    const [label, accepted, refused] = [labelOf(bucket), bucket.requests - bucket.errors, bucket.errors];
    return { label, counts: [accepted, refused], title: say(words.keyDetails.bucket, { when: label, accepted, refused }) };
  });
  return (
    <>
      <Bars bars={bars} format={formatNumber} label={words.keyDetails.chart} parts={outcomes} />
      {Object.keys(usage.errors).length > 0 && <ErrorRate buckets={buckets} labelOf={labelOf} usage={usage} />}
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

const outcomes: readonly Part[] = [
  { name: words.keyDetails.accepted, fill: "accent" },
  { name: words.keyDetails.refusals, fill: "danger" },
];

const codeFills = ["first", "second", "third", "fourth"] as const;

interface ErrorRateProps {
  readonly usage: Usage;
  readonly buckets: readonly Bucket[];
  readonly labelOf: (bucket: Bucket) => string;
}

/** Which share of the requests was refused, code by code, over time. */
const ErrorRate = ({ usage, buckets, labelOf }: ErrorRateProps) => {
  const { codes, hasOthers } = frequentCodes(usage.errors, codeFills.length);
  const parts: readonly Part[] = [
    ...codes.map((name, index): Part => ({ name, fill: codeFills[index] ?? "rest" })),
    ...(hasOthers ? [{ name: words.keyDetails.otherCodes, fill: "rest" as const }] : []),
  ];
  const bars = buckets.map((bucket) => {
    const label = labelOf(bucket);
    const counts = countCodes(bucket, codes)
      .slice(0, parts.length)
      .map((count) => (bucket.requests === 0 ? 0 : count / bucket.requests));
    const rates = parts.map(({ name }, index) => `${name} ${formatPercent(counts[index] ?? 0)}`).join(", ");
    return { label, counts, title: say(words.keyDetails.rates, { when: label, rates }) };
  });
  return (
    <div className="grid gap-2">
      <h3 className="font-medium text-sm">{words.keyDetails.errorRate}</h3>
      <Bars bars={bars} format={formatPercent} label={words.keyDetails.rateChart} parts={parts} />
    </div>
  );
};

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
