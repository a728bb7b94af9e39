import { type EngineState, evaluateAlerts, mailAlerts } from "@keywright/core";
import type { Readiness } from "../http/health.ts";
import type { Wired } from "../wire/wire.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

export interface AlertSettings {
  /** How often the rules are looked at, by one process. */
  readonly alertSeconds: number;
  /** The operators' own alerts are mailed there; null: nowhere. */
  readonly operatorEmail: string | null;
  readonly onFailure: (error: unknown) => void;
}

type Parts = Pick<Wired, "engine" | "turns" | "readiness">;

const dayMs = 86_400_000;
const keptMs = 400 * dayMs;

/** Starts and ends alerts, tells people of them, and forgets those of more than 400 days ago. */
export const alertJobs = (parts: Parts, settings: AlertSettings): readonly Job[] => [
  evaluateJob(parts, settings.alertSeconds * 1_000),
  mailJob(parts, settings),
  pruneJob(parts),
];

/** Each process looks at its engines; of those that look at the rules at once, the store lets one. */
const evaluateJob = ({ engine, turns, readiness }: Parts, everyMs: number): Job => {
  const look = createEngineLook(engine.clock.nowMs);
  return {
    name: "evaluate-alerts",
    everyMs,
    restFactor: 2,
    run: async () => {
      const engines = look(await readiness());
      await turns.unlessTaken("evaluate-alerts", () => evaluateAlerts(engine, engines, everyMs));
    },
  };
};

const minuteMs = 60_000;

/** For how long which engine has not been what it should be, as far as this process has seen. */
export const createEngineLook = (nowMs: () => number): ((readiness: Pick<Readiness, "checks">) => readonly EngineState[]) => {
  const since = new Map<string, number>();
  return ({ checks }) => {
    const troubled = Object.entries(checks).filter(([, state]) => state !== "ok");
    for (const name of since.keys()) if (!troubled.some(([one]) => one === name)) since.delete(name);
    return troubled.map(([name, detail]) => {
      const sinceMs = since.get(name) ?? nowMs();
      since.set(name, sinceMs);
      return { name, minutes: Math.max(0, Math.floor((nowMs() - sinceMs) / minuteMs)), detail };
    });
  };
};

const mailJob = ({ engine, turns }: Parts, { operatorEmail, onFailure }: AlertSettings): Job => ({
  name: "mail-alerts",
  everyMs: 5_000,
  run: async () => {
    // Most of the time there is nothing, for which no turn is worth taking.
    if ((await engine.store.alerts.listMailDue(1)).length === 0) return;
    await turns.unlessTaken("mail-alerts", () => mailAlerts({ ...engine, operatorEmail, onFailure }));
  },
});

const pruneJob = ({ engine, turns }: Parts): Job => ({
  name: "prune-alerts",
  everyMs: 3_600_000,
  run: () =>
    turns.unlessTaken("prune-alerts", async () => {
      const { store, clock } = engine;
      await pruneBatches((limit) => store.alerts.prune(clock.nowMs() - keptMs, limit));
      await pruneBatches((limit) => store.alertRules.pruneMutes(clock.nowMs(), limit));
    }),
});
