import { dropOldEntries, sealChains } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Job } from "./run-jobs.ts";

const minuteMs = 60_000;

/** Signs a checkpoint for each audit chain that was added to, no more often than the policy says. */
export const sealAuditChainsJob = (engine: Engine): Job => ({
  name: "seal-audit-chains",
  everyMs: minuteMs,
  run: () => sealChains(engine, engine.policy.auditCheckpointMinutes * minuteMs),
});

/** Drops what is older than the policy keeps; nothing where it says nothing. */
export const dropOldEntriesJob = (engine: Engine): Job => ({
  name: "drop-old-audit-entries",
  everyMs: 60 * minuteMs,
  run: async () => (engine.policy.auditRetentionDays === null ? 0 : dropOldEntries(engine, engine.policy.auditRetentionDays)),
});
