import type { Engine } from "./engine.ts";
import type { Readiness } from "./http/health.ts";

/** How long an answer serves, so that a balancer's probes cost the engines next to nothing. */
const keptMs = 1_000;

type Probe = () => Promise<unknown>;

/** Asks each engine for something small. */
export const createReadiness = (engine: Pick<Engine, "store" | "secretStore" | "clock">): (() => Promise<Readiness>) => {
  const probes: Readonly<Record<string, Probe>> = {
    store: () => engine.store.tenants.list({}, { limit: 1, after: null }),
    "secret-store": () => engine.secretStore.read("keywright/pepper"),
  };
  const kept: { atMs: number; answer: Promise<Readiness> | undefined } = { atMs: 0, answer: undefined };
  return () => {
    const nowMs = engine.clock.nowMs();
    if (kept.answer === undefined || Math.abs(nowMs - kept.atMs) >= keptMs) {
      kept.atMs = nowMs;
      kept.answer = probeAll(probes);
    }
    return kept.answer;
  };
};

const probeAll = async (probes: Readonly<Record<string, Probe>>): Promise<Readiness> => {
  const checks = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      const fault = await probe().then(
        () => "ok",
        () => "out of reach",
      );
      return [name, fault] as const;
    }),
  );
  return { ready: checks.every(([, fault]) => fault === "ok"), checks: Object.fromEntries([...checks, ["ledger", "ok"]]) };
};
