import { getHeapStatistics } from "node:v8";
import type { LedgerHealth } from "@keywright/core";
import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import type { Engine } from "../engine.ts";
import type { EventStreams } from "../http/event-streams.ts";
import type { EndpointMeters } from "./endpoint-meters.ts";
import type { EngineMeters } from "./engine-meters.ts";
import type { EventCounts } from "./event-counts.ts";
import type { Sample } from "./histogram.ts";
import type { JobMeters } from "./job-meters.ts";
import { type MetricName, metricNames, metricTable } from "./metric-table.ts";

/** Where the numbers are. */
export interface MetricSources {
  readonly engine: Pick<Engine, "figures"> & { readonly store: { readonly announcements: Pick<Engine["store"]["announcements"], "unsettled"> } };
  readonly health: () => LedgerHealth;
  /** What the process spends on where nothing is degraded. */
  readonly ledgerKind: LedgerKind;
  readonly cacheRecords: number;
  readonly endpoints: EndpointMeters;
  readonly engines: EngineMeters;
  readonly events: EventCounts;
  readonly jobs: Pick<JobMeters, "ages" | "intervals" | "failures">;
  readonly streams: Pick<EventStreams, "count">;
  readonly verdictStreams: Pick<EventStreams, "count">;
}

export type LedgerKind = "redis" | "postgres" | "memory";

/** All of one metric's values, as they pass between processes. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** A value of null is no number: JSON has no other word for it. */
  readonly values: readonly { readonly labels: Readonly<Record<string, string | number>>; readonly value: number | null; readonly metricName?: string }[];
}

export interface Metrics {
  /** In Prometheus's text format. */
  render(): Promise<string>;
  /** The same, for a process that puts those of several together. */
  families(): Promise<readonly MetricFamily[]>;
}

export const metricsType: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** Changes that are counted at most: beyond it, something is wrong anyway. */
const maxUnsettled = 10_000;
const lateMs = 30_000;

/** What an operator watches. The numbers are counted anyway, and read when somebody asks. */
export const createMetrics = (sources: MetricSources): Metrics => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const readers = readersOf(sources);
  for (const name of metricNames) {
    const { help, type } = metricTable[name];
    const get = async (): Promise<MetricFamily> => ({ name, help, type, values: (await readers[name]()).map((sample) => toValue(name, sample)) });
    addFamily(register, name, get);
  }
  return {
    render: () => register.metrics(),
    families: async () => (await register.getMetricsAsJSON()) as unknown as readonly MetricFamily[],
  } satisfies Metrics;
};

const toValue = (name: string, { labels, value, suffix }: Sample) => ({ labels, value, ...(suffix !== undefined && { metricName: name + suffix }) });

/** The registry asks a metric for no more than its name and its values; the library's own types say more. */
const addFamily = (register: Registry, name: string, get: () => Promise<MetricFamily>): void => register.registerMetric({ name, get } as unknown as Metric);

/** Puts together what the workers of one server said, each by its number, so that one that is replaced starts its own counts anew. */
export const renderWorkers = (workers: readonly { readonly worker: string; readonly families: readonly MetricFamily[] }[], silent: number): Promise<string> => {
  const register = new Registry();
  const byName = new Map<string, MetricFamily>();
  for (const { worker, families } of workers) {
    for (const family of families) {
      const values = family.values.map((value) => ({ ...value, value: value.value ?? Number.NaN, labels: { ...value.labels, worker } }));
      byName.set(family.name, { ...family, values: [...(byName.get(family.name)?.values ?? []), ...values] });
    }
  }
  const { help, type } = metricTable.keywright_silent_workers;
  byName.set("keywright_silent_workers", { name: "keywright_silent_workers", help, type, values: [{ labels: {}, value: silent }] });
  for (const [name, family] of byName) addFamily(register, name, async () => family);
  return register.metrics();
};

type Read = () => readonly Sample[] | Promise<readonly Sample[]>;

const one = (value: number): readonly Sample[] => [{ labels: {}, value }];
const by = (label: string, values: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));

/** A metric of the table without a reader does not compile. */
const readersOf = (sources: MetricSources): Readonly<Record<MetricName, Read>> => ({
  ...ledgerReaders(sources),
  ...engineReaders(sources),
  keywright_requests_total: sources.endpoints.requests,
  keywright_request_duration_seconds: sources.endpoints.durations,
  keywright_engine_call_duration_seconds: sources.engines.durations,
  keywright_engine_failures_total: sources.engines.failures,
  keywright_job_last_success_age_seconds: sources.jobs.ages,
  keywright_job_interval_seconds: sources.jobs.intervals,
  keywright_job_failures_total: sources.jobs.failures,
  keywright_live_viewers: () => by("stream", { changes: sources.streams.count(), verdicts: sources.verdictStreams.count() }),
  keywright_tampered_rows_total: () => one(sources.events.tampered()),
  keywright_broken_chains_total: () => one(sources.events.brokenChains()),
  keywright_heap_limit_bytes: () => one(getHeapStatistics().heap_size_limit),
  keywright_silent_workers: () => one(0),
});

const ledgerReaders = ({ engine, health, ledgerKind, events }: MetricSources) => {
  // A store out of reach says so by a gauge of its own; here it would only spoil the answer.
  const countUnsettled = (ageMs: number) => async () =>
    one(
      await engine.store.announcements.unsettled(ageMs, { after: 0, limit: maxUnsettled }).then(
        ({ length }) => length,
        () => Number.NaN,
      ),
    );
  return {
    keywright_ledger_in_use: () => by("ledger", inUse(health(), ledgerKind)),
    keywright_ledger_degraded: () => one(Number(health().isDegraded)),
    keywright_ledger_unusable: () => one(Number(health().via === "none")),
    keywright_ledger_events_total: () => by("event", events.ledger()),
    keywright_store_out_of_reach: () => one(Number(health().isStoreAway)),
    keywright_changes_not_in_force: countUnsettled(0),
    keywright_changes_late: countUnsettled(lateMs),
  };
};

const inUse = ({ via, isDegraded }: LedgerHealth, kind: LedgerKind): Record<LedgerKind | "none", number> => {
  const store = kind === "redis" ? "postgres" : kind;
  const used = via === "none" ? "none" : via === "store" || isDegraded ? store : kind;
  return { redis: 0, postgres: 0, memory: 0, none: 0, [used]: 1 };
};

const engineReaders = ({ engine: { figures }, cacheRecords }: MetricSources) => ({
  keywright_verdicts_total: () => by("verdict", figures.verdicts()),
  keywright_cache_records: () => one(figures.cache().records),
  keywright_cache_limit_records: () => one(cacheRecords),
  keywright_cache_hits_total: () => one(figures.cache().hits),
  keywright_cache_loads_total: () => one(figures.cache().loads),
  keywright_usage_delivery_age_seconds: () => one(figures.usage().ageMs / 1_000),
  keywright_usage_moves_total: () => one(figures.usage().moves),
  keywright_request_log_kept_total: () => one(figures.requestLog().kept),
  keywright_request_log_skipped_total: () => one(figures.requestLog().skipped),
});
