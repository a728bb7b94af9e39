import type { SystemStatus } from "@keywright/contract";
import type { Clock } from "@keywright/core";
import type { SystemView } from "../handlers/get-system.ts";
import type { Readiness } from "../http/health.ts";
import type { EngineFigures } from "./engine-figures.ts";
import type { EngineMeters, EngineName } from "./engine-meters.ts";
import type { JobMeters } from "./job-meters.ts";

interface SystemSources {
  readonly readiness: () => Promise<Readiness>;
  readonly engines: Pick<EngineMeters, "totals">;
  readonly jobs: Pick<JobMeters, "ages" | "intervals" | "failures">;
  readonly figures: Pick<EngineFigures, "usage">;
  readonly clock: Clock;
  readonly version: string;
}

export interface WatchedSystem {
  readonly systemView: SystemView;
  /** The same as was given; whoever asks, what is seen is remembered. */
  readonly readiness: () => Promise<Readiness>;
}

type EngineView = SystemStatus["engines"][number];

/** What each engine and job is like, with what only somebody can say who has looked before: since when, and how slow of late. */
export const watchSystem = ({ engines, jobs, figures, clock, version, ...sources }: SystemSources): WatchedSystem => {
  const startedMs = clock.nowMs();
  const seen = new Map<string, { readonly said: string; readonly sinceMs: number }>();
  const latencies = recentLatencies(engines, clock);
  const readiness = async (): Promise<Readiness> => {
    const answer = await sources.readiness();
    for (const [name, said] of Object.entries(answer.checks)) {
      if (seen.get(name)?.said !== said) seen.set(name, { said, sinceMs: seen.has(name) ? clock.nowMs() : startedMs });
    }
    return answer;
  };
  const systemView: SystemView = async () => {
    const { ready, checks } = await readiness();
    const latency = latencies();
    return {
      ready,
      version,
      started_at: new Date(startedMs).toISOString(),
      engines: Object.entries(checks).map(([name, said]) => engineView(name, said, { sinceMs: seen.get(name)?.sinceMs ?? startedMs, latency })),
      jobs: jobViews(jobs),
      usage_age_seconds: figures.usage().ageMs / 1_000,
    };
  };
  return { systemView, readiness };
};

const fine = "ok";
const metered: Readonly<Record<string, EngineName>> = { store: "store", ledger: "ledger", "secret-store": "secrets" };

interface Known {
  readonly sinceMs: number;
  readonly latency: ReadonlyMap<EngineName, number>;
}

const engineView = (name: string, said: string, { sinceMs, latency }: Known): EngineView => {
  const engine = metered[name];
  return {
    name,
    state: said === fine ? "ok" : said.startsWith("out of reach") ? "away" : "degraded",
    detail: said === fine ? null : said,
    since: new Date(sinceMs).toISOString(),
    latency_ms: (engine && latency.get(engine)) ?? null,
  };
};

/** A job may wait for its turn, or for a long run of its own. */
const lateAfter = { intervals: 3, seconds: 60 } as const;

const jobViews = (jobs: SystemSources["jobs"]): SystemStatus["jobs"] => {
  const [intervals, failures] = [byTask(jobs.intervals()), byTask(jobs.failures())];
  return [...byTask(jobs.ages())].map(([name, age]) => {
    const interval = intervals.get(name) ?? 0;
    const late = age > lateAfter.intervals * interval + lateAfter.seconds;
    return { name, interval_seconds: interval, age_seconds: age, failures: failures.get(name) ?? 0, late };
  });
};

const byTask = (samples: ReturnType<JobMeters["ages"]>): ReadonlyMap<string, number> =>
  new Map(samples.map(({ labels, value }) => [labels["task"] ?? "", value]));

const windowMs = 60_000;

/** What calls of each engine took on average in the last one to two minutes in which somebody looked. */
const recentLatencies = (engines: Pick<EngineMeters, "totals">, clock: Clock) => {
  const mark = () => ({ atMs: clock.nowMs(), totals: engines.totals() });
  const marks = { older: mark(), newer: mark() };
  return (): ReadonlyMap<EngineName, number> => {
    const now = mark();
    if (Math.abs(now.atMs - marks.newer.atMs) >= windowMs) Object.assign(marks, { older: marks.newer, newer: now });
    const entries = Object.entries(now.totals) as [EngineName, { readonly calls: number; readonly ms: number }][];
    return new Map(
      entries.flatMap(([name, { calls, ms }]) => {
        const before = marks.older.totals[name];
        return calls === before.calls ? [] : [[name, (ms - before.ms) / (calls - before.calls)] as const];
      }),
    );
  };
};
