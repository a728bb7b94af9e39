/** One value of a metric, as Prometheus has them. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** What stands behind the metric's name; left out: nothing. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** How often a duration was how long, in plain numbers that are only read when somebody asks. */
export interface Histogram {
  observe(ms: number): void;
  total(): { readonly calls: number; readonly ms: number };
  /** None where nothing was observed. */
  samples(labels: Readonly<Record<string, string>>): readonly Sample[];
}

/** Upper bounds of the buckets, in milliseconds; what is beyond the last is counted too. */
const boundsMs = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

export const createHistogram = (): Histogram => {
  const counts = new Float64Array(boundsMs.length + 1);
  const state = { sumMs: 0 };
  return {
    observe: (ms) => {
      let bucket = 0;
      while (bucket < boundsMs.length && ms > (boundsMs[bucket] ?? 0)) bucket++;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      state.sumMs += ms;
    },
    total: () => ({ calls: counts.reduce((sum, count) => sum + count, 0), ms: state.sumMs }),
    samples: (labels) => {
      let total = 0;
      const buckets = [...boundsMs, Number.POSITIVE_INFINITY].map((bound, index): Sample => {
        total += counts[index] ?? 0;
        return { labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound / 1_000) }, value: total, suffix: "_bucket" };
      });
      if (total === 0) return [];
      return [...buckets, { labels, value: state.sumMs / 1_000, suffix: "_sum" }, { labels, value: total, suffix: "_count" }];
    },
  } satisfies Histogram;
};
