import { type Courier, dispatchEvents, tellDisabledWebhooks, tellExpiries } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { OperatorReach } from "../operator-reach.ts";
import { pruneBatches } from "./prune-batches.ts";
import type { Job } from "./run-jobs.ts";

/** Puts events on their way, and starts what is due; what is under way is not waited for. Every process does, each for its own places. */
export const deliverWebhooksJob = (engine: Engine, courier: Courier): Job => ({
  name: "deliver-webhooks",
  everyMs: 1_000,
  restFactor: 2,
  run: async () => {
    await dispatchEvents(engine);
    await courier.tick();
  },
});

export const tellExpiriesJob = (engine: Engine): Job => ({ name: "tell-expiries", everyMs: 30_000, run: () => tellExpiries(engine) });

export const tellDisabledWebhooksJob = (engine: Engine, reach: OperatorReach): Job => ({
  name: "tell-disabled-webhooks",
  everyMs: 30_000,
  run: () => tellDisabledWebhooks({ ...engine, ...reach }),
});

const dayMs = 86_400_000;
const deliveryKeptMs = 30 * dayMs;
/** Longer than what is sent from it. */
const eventKeptMs = 31 * dayMs;

/** Forgets deliveries of more than 30 days ago, and then their events. */
export const pruneDeliveriesJob = ({ store, clock }: Engine): Job => ({
  name: "prune-deliveries",
  everyMs: 3_600_000,
  run: async () => {
    await pruneBatches((limit) => store.deliveries.prune(clock.nowMs() - deliveryKeptMs, limit));
    await pruneBatches((limit) => store.outbox.prune(clock.nowMs() - eventKeptMs, limit));
  },
});
