import Type, { type Static } from "typebox";
import { nullable, time } from "./text.ts";

const state = Type.Union([Type.Literal("ok"), Type.Literal("degraded"), Type.Literal("away")], {
  description: "degraded: it does less than it should, `detail` says what; away: it is out of reach.",
});

export const SystemStatus = Type.Object({
  ready: Type.Boolean({ description: "Whether the process verifies the keys that it knows." }),
  version: Type.String(),
  started_at: time("When the process that answers was started."),
  engines: Type.Array(
    Type.Object({
      name: Type.String({ description: "As `/readyz` names it: store, ledger, secret-store, mail and so on." }),
      state,
      detail: nullable(Type.String(), { description: "What is wrong, in one sentence; null: nothing." }),
      since: time("When the process that answers first saw it so."),
      latency_ms: nullable(Type.Number(), { description: "What a call took of late, on average; null: there was none, or none is timed." }),
    }),
  ),
  jobs: Type.Array(
    Type.Object({
      name: Type.String(),
      interval_seconds: Type.Number({ description: "The pause between two runs." }),
      age_seconds: Type.Number({ description: "Since it last succeeded in the process that answers, or since the start." }),
      failures: Type.Integer({ description: "Runs that failed, since the start." }),
      late: Type.Boolean({ description: "Whether it should have succeeded long ago." }),
    }),
  ),
  usage_age_seconds: Type.Number({ description: "Since all counts were last brought from the ledger to the store." }),
  outbox: nullable(
    Type.Object({
      waiting: Type.Integer({ description: "Events and deliveries that are due; counted to 10,000." }),
      oldest_due_at: nullable(time("Since when the oldest of them is due."), { description: "null: none is." }),
      failing_webhooks: Type.Integer({ description: "Active webhooks whose last attempt has failed." }),
      disabled_webhooks: Type.Integer({ description: "Webhooks that were disabled because nothing came through." }),
    }),
    { description: "What is to leave; null: the store is out of reach." },
  ),
});
export type SystemStatus = Static<typeof SystemStatus>;
