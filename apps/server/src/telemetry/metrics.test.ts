import { type Verdict, verdicts } from "@keywright/contract";
import { Unavailable } from "@keywright/core";
import { expect, it } from "vitest";
import { createEndpointMeters } from "./endpoint-meters.ts";
import { createEngineMeters } from "./engine-meters.ts";
import { createJobMeters } from "./job-meters.ts";
import { metricNames, metricTable } from "./metric-table.ts";
import { createMetrics, type MetricSources } from "./metrics.ts";

const figures: MetricSources["engine"]["figures"] = {
  verdicts: () => ({ ...noVerdicts, VALID: 3 }),
  cache: () => ({ records: 2, hits: 5, loads: 1 }),
  requestLog: () => ({ kept: 4, skipped: 0 }),
  usage: () => ({ moves: 7, ageMs: 1_500 }),
};
const noVerdicts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;

const sourcesOf = (): MetricSources => ({
  engine: { figures, store: { announcements: { unsettled: async () => [] } } },
  health: () => ({ via: "store", isDegraded: false, isStoreAway: false }),
  ledgerKind: "memory",
  cacheRecords: 100,
  endpoints: createEndpointMeters(),
  engines: createEngineMeters(),
  events: {
    tampered: () => 0,
    brokenChains: () => 0,
    ledger: () => ({ degraded: 1, restored: 0, "epoch-moved": 0, "store-lost": 0, "store-found": 0, refused: 0 }),
  },
  jobs: createJobMeters([{ name: "probe", everyMs: 1_000 }], { onFailure: () => {} }),
  streams: { count: () => 1 },
  verdictStreams: { count: () => 0 },
});

const readValue = (text: string, name: string): string | undefined => new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1];

it("tell of degraded modes, and of changes that are not in force", async () => {
  const state = { via: "told" as const, isDegraded: false, isStoreAway: false };
  const waiting = { count: 0 };
  const list = async () => {
    if (state.isStoreAway) throw new Unavailable("store");
    return Array.from({ length: waiting.count }, (_, index) => ({ id: `key_${index}`, revision: 2, sequence: index }));
  };
  const { render } = createMetrics({
    ...sourcesOf(),
    engine: { figures, store: { announcements: { unsettled: list } } },
    health: () => state,
    ledgerKind: "redis",
  });
  const read = async () => {
    const text = await render();
    return ["ledger_degraded", "ledger_unusable", "store_out_of_reach", "changes_not_in_force"].map((name) => readValue(text, `keywright_${name}`));
  };
  expect(await read()).toEqual(["0", "0", "0", "0"]);
  Object.assign(state, { isDegraded: true });
  waiting.count = 3;
  expect(await read()).toEqual(["1", "0", "0", "3"]);
  Object.assign(state, { isStoreAway: true, via: "none" });
  expect(await read()).toEqual(["1", "1", "1", "Nan"]);
});

it("say which ledger is spent on", async () => {
  const read = async (change: Partial<MetricSources>) =>
    /^keywright_ledger_in_use\{ledger="(\w+)"\} 1$/m.exec(await createMetrics({ ...sourcesOf(), ...change }).render())?.[1];
  const health = (via: "told" | "store" | "none", isDegraded: boolean) => ({
    ledgerKind: "redis" as const,
    health: () => ({ via, isDegraded, isStoreAway: false }),
  });
  expect(await read({})).toBe("memory");
  expect(await read({ ledgerKind: "postgres" })).toBe("postgres");
  expect(await read(health("told", false))).toBe("redis");
  expect(await read(health("told", true))).toBe("postgres");
  expect(await read(health("none", true))).toBe("none");
});

it("have every name of the table, with its type and no label but its own", async () => {
  const endpoints = createEndpointMeters();
  endpoints.of("verify-key").took(200, 3);
  const engines = createEngineMeters();
  engines.note("store", { operation: "select", startedMs: 0, tookMs: 2, isAnswered: false });
  const text = await createMetrics({ ...sourcesOf(), endpoints, engines }).render();
  for (const name of metricNames) {
    expect(text).toContain(`# TYPE ${name} ${metricTable[name].type}\n`);
    const lines = text.split("\n").filter((line) => new RegExp(`^${name}(_bucket|_sum|_count)?[{ ]`).test(line));
    expect(lines, name).not.toEqual([]);
    const labels = new Set(lines.flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, label]) => label)));
    expect(
      [...labels].filter((label) => label !== "le"),
      name,
    ).toEqual(metricTable[name].labels);
  }
  expect(text).toContain('keywright_request_duration_seconds_bucket{endpoint="verify-key",le="0.0025"} 0');
  expect(text).toContain('keywright_request_duration_seconds_bucket{endpoint="verify-key",le="0.005"} 1');
  expect(text).toContain('keywright_engine_failures_total{engine="store"} 1');
});
