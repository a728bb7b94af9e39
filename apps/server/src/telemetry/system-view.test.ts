import { describe, expect, it } from "vitest";
import { createEngineMeters } from "./engine-meters.ts";
import { createJobMeters } from "./job-meters.ts";
import { watchSystem } from "./system-view.ts";

const call = { operation: "select", startedMs: 0, isAnswered: true };

const openSystem = () => {
  const state = { nowMs: 1_800_000_000_000, checks: { store: "ok", ledger: "ok" } as Record<string, string> };
  const engines = createEngineMeters();
  const jobs = createJobMeters([{ name: "seal", everyMs: 1_000 }], { onFailure: () => {} });
  const readiness = async () => ({ ready: true, checks: { ...state.checks } });
  const system = watchSystem({
    readiness,
    engines,
    jobs,
    figures: { usage: () => ({ moves: 0, ageMs: 1_500 }) },
    clock: { nowMs: () => state.nowMs },
    version: "1.2.3",
  });
  return { state, engines, jobs, system, engine: async (name: string) => (await system.systemView()).engines.find((one) => one.name === name) };
};

describe("how the installation is", () => {
  it("says what is wrong, since when somebody has seen it, and that it is over", async () => {
    const { state, system, engine } = openSystem();
    const startedAt = new Date(state.nowMs).toISOString();
    expect(await engine("store")).toEqual({ name: "store", state: "ok", detail: null, since: startedAt, latency_ms: null });
    state.nowMs += 10_000;
    state.checks["store"] = "out of reach";
    await system.readiness();
    const since = new Date(state.nowMs).toISOString();
    state.nowMs += 5_000;
    expect(await engine("store")).toMatchObject({ state: "away", detail: "out of reach", since });
    state.checks["ledger"] = "degraded: Redis is out of reach, limits are counted in the store";
    state.checks["store"] = "ok";
    expect([await engine("ledger"), await engine("store")]).toMatchObject([{ state: "degraded" }, { state: "ok", since: new Date(state.nowMs).toISOString() }]);
  });

  it("tells how long calls took of late, and forgets what is long ago", async () => {
    const { state, engines, engine } = openSystem();
    engines.note("store", { ...call, tookMs: 10 });
    engines.note("store", { ...call, tookMs: 20 });
    expect((await engine("store"))?.latency_ms).toBe(15);
    for (const _minute of [1, 2]) {
      state.nowMs += 61_000;
      await engine("store");
    }
    expect((await engine("store"))?.latency_ms).toBeNull();
    engines.note("store", { ...call, tookMs: 40 });
    expect((await engine("store"))?.latency_ms).toBe(40);
  });

  it("has every job with its failures", async () => {
    const { jobs, system } = openSystem();
    jobs.onFailure("seal", new Error("no"));
    const { jobs: told, usage_age_seconds: age } = await system.systemView();
    expect(told).toMatchObject([{ name: "seal", interval_seconds: 1, failures: 1, late: false }]);
    expect(age).toBe(1.5);
  });
});
