import { sendReminders } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { pruneBatches } from "./prune-batches.ts";
import { type Job, unfinished } from "./run-jobs.ts";

/** Soon after a start too: a server that is replaced every hour would never come to it. */
const firstAfterMs = 60_000;

/**
 * Looks for what there is to say of keys that are old or end soon, and sends it: to each person one mail a day. Of very many keys it looks at some after the other,
 * and takes a twentieth of the time: requests must not wait for it.
 */
export const sendRemindersJob = (engine: Engine, onGivenUp: (digestId: string) => void): Job => {
  const everyMs = engine.policy.reminderCheckSeconds * 1_000;
  return {
    name: "send-reminders",
    everyMs,
    firstAfterMs: Math.min(firstAfterMs, everyMs),
    restFactor: 19,
    run: async () => {
      const { givenUp, isUnfinished } = await sendReminders(engine);
      for (const id of givenUp) onGivenUp(id);
      return isUnfinished ? unfinished : undefined;
    },
  };
};

const keptMs = 90 * 86_400_000;

/** Forgets digests of more than 90 days ago; what they were about stays known, and is not said again. */
export const pruneDigestsJob = ({ store, clock }: Engine): Job => ({
  name: "prune-digests",
  everyMs: 3_600_000,
  run: () => pruneBatches((limit) => store.reminders.prune(clock.nowMs() - keptMs, limit)),
});
