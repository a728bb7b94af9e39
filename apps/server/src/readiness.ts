import type { LedgerHealth } from "@keywright/core";
import type { Engine } from "./engine.ts";
import type { Readiness } from "./http/health.ts";

/** How long an answer serves, so that a balancer's probes cost the engines next to nothing. */
const keptMs = 1_000;

type Probe = () => Promise<unknown>;

const fine = "ok";
const away = "out of reach";

/**
 * Asks each engine for something small. Ready is a process that verifies the keys it knows: for that it needs a ledger, and without one
 * beside the store, the store. What is degraded is said in words.
 */
export const createReadiness = (
  engine: Pick<Engine, "store" | "secretStore" | "clock" | "isStoreFull">,
  health: () => LedgerHealth,
): (() => Promise<Readiness>) => {
  const probes: Readonly<Record<string, Probe>> = {
    store: () => engine.store.tenants.list({}, { limit: 1, after: null }),
    "secret-store": () => engine.secretStore.read("keywright/pepper"),
  };
  const kept: { atMs: number; answer: Promise<Readiness> | undefined } = { atMs: 0, answer: undefined };
  return () => {
    const nowMs = engine.clock.nowMs();
    if (kept.answer === undefined || Math.abs(nowMs - kept.atMs) >= keptMs) {
      kept.atMs = nowMs;
      kept.answer = probeAll(probes, health).then((answer) => (engine.isStoreFull() ? withFullStore(answer) : answer));
    }
    return kept.answer;
  };
};

/** Verification goes on: what it counts waits in the ledger. */
const withFullStore = ({ ready, checks }: Readiness): Readiness => ({ ready, checks: { ...checks, usage: "waits: the store's disk is full" } });

/** The same with the states of what only management asks; whatever those are, keys are verified. */
export const withStates = (readiness: () => Promise<Readiness>, states: Readonly<Record<string, () => Promise<string>>>) => async (): Promise<Readiness> => {
  const asked = Object.entries(states).map(async ([name, state]) => [name, await state()] as const);
  const [{ ready, checks }, ...told] = await Promise.all([readiness(), ...asked]);
  return { ready, checks: { ...checks, ...Object.fromEntries(told) } };
};

/** A probe is late long before the store's own deadline: who asks wants to know now. */
const probeDeadlineMs = 2_000;

const probeAll = async (probes: Readonly<Record<string, Probe>>, health: () => LedgerHealth): Promise<Readiness> => {
  const checks = Object.fromEntries(await Promise.all(Object.entries(probes).map(async ([name, probe]) => [name, await stateOf(probe)] as const)));
  const ledger = describeLedger(health());
  const verifies = health().via === "told" || checks["store"] === fine;
  return { ready: verifies && ledger !== away, checks: { ...checks, ledger } };
};

const stateOf = (probe: Probe): Promise<string> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(away), probeDeadlineMs);
    probe()
      .then(
        () => resolve(fine),
        () => resolve(away),
      )
      .finally(() => clearTimeout(timer));
  });

const describeLedger = ({ via, isDegraded, isStoreAway }: LedgerHealth): string => {
  if (via === "none") return away;
  if (isDegraded) return "degraded: Redis is out of reach, limits are counted in the store";
  return isStoreAway ? "degraded: the store is out of reach, known keys go on" : fine;
};
