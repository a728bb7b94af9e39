import { slackMessage } from "../alerts/slack-message.ts";
import { type AuditDeps, auditEntry, systemActor } from "../audit.ts";
import type { Delivery, Webhook } from "../model/webhook.ts";
import type { ClaimedDelivery } from "../ports/delivery-store.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store } from "../ports/store.ts";
import type { WebhookAnswer, WebhookSender } from "../ports/webhook-sender.ts";
import { breakAfter, patienceMs, pauseAfter, troubledFrom } from "../rules/retry-schedule.ts";
import { signingSecrets, slackAddress } from "./webhook-secrets.ts";

export interface CourierDeps extends AuditDeps {
  readonly store: Store;
  readonly secretStore: Pick<SecretStore, "read">;
  readonly webhookSender: Pick<WebhookSender, "send" | "post">;
  /** Told of an attempt that could not be made or noted; it is made again when its lease ends. */
  readonly onFailure: (error: unknown) => void;
}

/** Delivers what is due. */
export interface Courier {
  /** Starts what there is room for, and waits for none of it; resolves with how many it has started. */
  tick(): Promise<number>;
  /** Waits for what is under way, which is bounded by the sender's deadline. */
  idle(): Promise<void>;
}

const maxUnderWay = 64;
const perWebhook = 4;
/** Longer than an attempt can take. */
const leaseMs = 30_000;

export const createCourier = (deps: CourierDeps): Courier => {
  // By delivery: its webhook, so that one whose target hangs holds no more than its share of the places.
  const underWay = new Map<Promise<void>, string>();
  return {
    tick: async () => {
      const room = maxUnderWay - underWay.size;
      if (room <= 0) return 0;
      const nowMs = deps.clock.nowMs();
      const claim = { nowMs, leaseUntilMs: nowMs + leaseMs, limit: room, perWebhook, troubledFrom, except: [...new Set(underWay.values())] };
      const claimed = await deps.store.deliveries.claim(claim);
      for (const one of claimed) {
        const attempt: Promise<void> = deliver(deps, one)
          .catch(deps.onFailure)
          .finally(() => underWay.delete(attempt));
        underWay.set(attempt, one.webhook.id);
      }
      return claimed.length;
    },
    idle: async () => {
      await Promise.all(underWay.keys());
    },
  };
};

const deliver = async (deps: CourierDeps, claimed: ClaimedDelivery): Promise<void> => {
  const answer = await (claimed.webhook.format === "slack" ? sendSlack(deps, claimed) : sendSigned(deps, claimed));
  if (isSuccess(answer)) await noteSuccess(deps, claimed, answer);
  else await noteFailure(deps, claimed.delivery, answer);
};

const sendSlack = async (deps: CourierDeps, { webhook, event }: ClaimedDelivery): Promise<WebhookAnswer> => {
  const url = await slackAddress(deps.secretStore, webhook.id);
  return url === undefined ? noAddress : deps.webhookSender.post({ url, body: slackMessage(event) });
};

const noAddress: WebhookAnswer = { problem: "The address is gone from the secret store: set it again." };

const sendSigned = async (deps: CourierDeps, { webhook, event }: ClaimedDelivery): Promise<WebhookAnswer> => {
  const secrets = await signingSecrets(deps.secretStore, webhook.id, deps.clock.nowMs());
  const data = event.count === null ? event.data : { ...event.data, count: event.count };
  const { id, type, atMs } = event;
  return secrets.length === 0 ? noSecret : deps.webhookSender.send({ url: webhook.url, secrets, id, type, atMs, data });
};

const noSecret: WebhookAnswer = { problem: "The signing secret is gone: rotate it." };

const isSuccess = (answer: WebhookAnswer): answer is Extract<WebhookAnswer, { status: number }> =>
  "status" in answer && answer.status >= 200 && answer.status <= 299;

const noteSuccess = async (deps: CourierDeps, { delivery, webhook }: ClaimedDelivery, answer: { status: number; text: string }): Promise<void> => {
  const last = { lastAtMs: deps.clock.nowMs(), lastStatus: answer.status, lastProblem: null, lastAnswer: answer.text };
  await deps.store.deliveries.settle({ ...delivery, state: "delivered", ...last }, delivery.attempts);
  if (webhook.failures === 0) return;
  await deps.store.transaction(async (stores) => {
    const now = await stores.webhooks.lock(webhook.id);
    if (now !== undefined) await stores.webhooks.update({ ...now, failures: 0, failingSinceMs: null, pausedUntilMs: 0 });
  });
};

const goneStatus = 410;

const describe = (answer: WebhookAnswer): string => {
  if ("problem" in answer) return answer.problem;
  const { status } = answer;
  return status >= 300 && status <= 399 ? `The target redirects (${status}), which is not followed.` : `The target answered ${status}.`;
};

const noteFailure = (deps: CourierDeps, delivery: Delivery, answer: WebhookAnswer): Promise<void> =>
  deps.store.transaction(async (stores) => {
    const nowMs = deps.clock.nowMs();
    const webhook = await stores.webhooks.lock(delivery.webhookId);
    if (webhook === undefined) return;
    const heard = "status" in answer ? answer : { status: null, retryAfterSeconds: null, text: null };
    const chance = (deps.random.bytes(1)[0] ?? 0) / 255;
    const pauseMs = pauseAfter({ attempts: delivery.attempts, retryAfterSeconds: heard.retryAfterSeconds, chance });
    const next = pauseMs === undefined ? ({ state: "failed" } as const) : { nextAtMs: nowMs + pauseMs };
    const last = { lastAtMs: nowMs, lastStatus: heard.status, lastProblem: describe(answer), lastAnswer: heard.text };
    const isLast = await stores.deliveries.settle({ ...delivery, ...next, ...last }, delivery.attempts);
    if (!isLast || webhook.state !== "active") return;
    const after = troubled(webhook, nowMs, heard.status === goneStatus);
    await stores.webhooks.update(after);
    if (after.state === "active") return;
    const target = { type: "webhook", id: webhook.id } as const;
    const happening = { actor: systemActor, tenantId: webhook.tenantId, action: "webhook.disabled", target } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, after: { reason: after.disabledReason, failures: after.failures } }));
  });

/** A webhook after one more failure. */
const troubled = (webhook: Webhook, nowMs: number, isGone: boolean): Webhook => {
  const failures = webhook.failures + 1;
  const failingSinceMs = webhook.failingSinceMs ?? nowMs;
  const failing: Webhook = { ...webhook, failures, failingSinceMs, pausedUntilMs: nowMs + breakAfter(failures) };
  if (!isGone && nowMs - failingSinceMs < patienceMs) return failing;
  return { ...failing, state: "disabled", disabledReason: isGone ? "gone" : "failing", isMailDue: true };
};
