import type { SystemStatus } from "@keywright/contract";
import { Unavailable } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toTimeOrNull } from "./wire-form.ts";

/** How the process that answers sees the installation, but for what only the store knows. */
export type SystemView = () => Promise<Omit<SystemStatus, "outbox">>;

const countTo = 10_000;

export const getSystemHandler =
  (view: SystemView) =>
  (engine: Pick<Engine, "store" | "clock">): Handler<"get-system"> =>
  async () => {
    const [seen, outbox] = await Promise.all([view(), outboxOf(engine)]);
    return { status: 200, body: { ...seen, outbox } };
  };

/** Most of the page is for when the store is away. */
const outboxOf = async ({ store, clock }: Pick<Engine, "store" | "clock">): Promise<SystemStatus["outbox"]> => {
  try {
    const { waiting, oldestDueMs, failingWebhooks, disabledWebhooks } = await store.deliveries.backlog(clock.nowMs(), countTo);
    return { waiting, oldest_due_at: toTimeOrNull(oldestDueMs), failing_webhooks: failingWebhooks, disabled_webhooks: disabledWebhooks };
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
};
