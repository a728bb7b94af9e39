import { type AlertRuleId, alertRule, alertRuleIds } from "@keywright/contract";
import { auditEntry } from "../audit.ts";
import { AppError, invalidField } from "../errors.ts";
import { newId } from "../ids.ts";
import type { AlertChoices, AlertSettings } from "../model/alert.ts";
import type { Actor } from "../model/audit.ts";
import type { Webhook } from "../model/webhook.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store, Stores } from "../ports/store.ts";
import type { WebhookSender } from "../ports/webhook-sender.ts";
import { urlHost } from "../rules/url-host.ts";
import { ownerOf } from "../visibility.ts";
import { webhookSecretPath } from "../webhooks/webhook-secrets.ts";
import { requireTarget, untroubled } from "../webhooks/webhooks.ts";
import type { AlertDeps } from "./alerts.ts";
import { type EffectiveRule, effectiveRule } from "./effective-rule.ts";

export interface AlertRuleDeps extends AlertDeps {
  readonly secretStore: SecretStore;
  readonly webhookSender: Pick<WebhookSender, "refusalOf">;
}

/** Whether a rule makes alerts of this owner. */
const isOf = (rule: AlertRuleId, tenantId: string | null): boolean => alertRule(rule).of !== (tenantId === null ? "tenants" : "operators");

const requireTenant = async (stores: Pick<Stores, "tenants">, tenantId: string | null): Promise<void> => {
  if (tenantId !== null && (await stores.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
};

/** The rules that make alerts of this owner, in the order of the table, as they are in force. */
export const listAlertRules = async (
  { store }: { readonly store: Store },
  { actor, tenantId: named }: { readonly actor: Actor; readonly tenantId: string | undefined },
): Promise<readonly EffectiveRule[]> => {
  const tenantId = ownerOf(actor, named);
  await requireTenant(store, tenantId);
  const settings = await store.alertRules.settingsOf([tenantId]);
  return alertRuleIds
    .filter((rule) => isOf(rule, tenantId))
    .map((rule) =>
      effectiveRule(
        { rule, tenantId },
        settings.find((one) => one.rule === rule),
      ),
    );
};

export interface AlertRuleChange extends AlertChoices {
  /** An incoming webhook; null: none any more; left out: as it is. */
  readonly slackUrl?: string | null;
  readonly mutedUntilMs?: number | null;
}

export interface UpdateAlertRuleRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly rule: AlertRuleId;
  readonly change: AlertRuleChange;
}

/** Changes what is said of a rule. An incoming webhook's address goes to the secret store, and nowhere else. */
export const updateAlertRule = async (deps: AlertRuleDeps, { actor, tenantId: named, rule, change }: UpdateAlertRuleRequest): Promise<EffectiveRule> => {
  const tenantId = ownerOf(actor, named);
  if (!isOf(rule, tenantId)) throw new AppError("NOT_FOUND", { detail: "This rule makes no alerts here." });
  requireThresholds(rule, change.thresholds ?? {});
  const { slackUrl, mutedUntilMs } = change;
  if (mutedUntilMs != null && mutedUntilMs <= deps.clock.nowMs()) throw invalidField("/muted_until", "must be in the future");
  if (slackUrl != null) requireTarget(deps, slackUrl, "/slack_url");
  const hook = slackUrl == null ? undefined : slackHook(deps, { tenantId, rule, url: slackUrl });
  // The secret first: what is told by is there.
  if (hook !== undefined && slackUrl != null) await deps.secretStore.write(webhookSecretPath(hook.id), { url: slackUrl }, 0);
  try {
    const { after, gone } = await deps.store.transaction((stores) => save(deps, stores, { actor, tenantId, rule, change, hook }));
    if (gone !== undefined) await deps.secretStore.destroy(webhookSecretPath(gone)).catch(() => {});
    return after;
  } catch (error) {
    if (hook !== undefined) await deps.secretStore.destroy(webhookSecretPath(hook.id)).catch(() => {});
    throw error;
  }
};

const requireThresholds = (rule: AlertRuleId, chosen: Readonly<Record<string, number>>): void => {
  const { thresholds } = alertRule(rule);
  for (const [name, value] of Object.entries(chosen)) {
    const known = Object.hasOwn(thresholds, name) ? thresholds[name] : undefined;
    if (known === undefined) throw invalidField(`/thresholds/${name}`, `is no threshold of ${rule}: it has ${Object.keys(thresholds).join(" and ")}`);
    if (value < known.min || value > known.max) throw invalidField(`/thresholds/${name}`, `must be from ${known.min} to ${known.max} ${known.unit}`);
  }
};

const slackHook = ({ clock, random }: AlertRuleDeps, { tenantId, rule, url }: { tenantId: string | null; rule: AlertRuleId; url: string }): Webhook => {
  const nowMs = clock.nowMs();
  const times = { previousSecretUntilMs: null, createdAtMs: nowMs, updatedAtMs: nowMs };
  const origin = `${url.slice(0, url.indexOf("//") + 2)}${urlHost(url)}`;
  // It hears of nothing by itself: alerts are put on their way to it one by one.
  return { id: newId(random, "whk"), tenantId, format: "slack", url: origin, description: rule, events: [], state: "active", ...untroubled, ...times };
};

interface Save {
  readonly actor: Actor;
  readonly tenantId: string | null;
  readonly rule: AlertRuleId;
  readonly change: AlertRuleChange;
  readonly hook: Webhook | undefined;
}

const save = async (deps: AlertRuleDeps, stores: Stores, { actor, tenantId, rule, change, hook }: Save) => {
  // One change of a tenant's rules at a time: each keeps what it does not name.
  if (tenantId !== null && (await stores.tenants.lock(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
  const stored = (await stores.alertRules.settingsOf([tenantId])).find((one) => one.rule === rule);
  const after = changed(stored ?? { tenantId, rule, choices: {}, slack: null, mutedUntilMs: null }, change, hook);
  const [was, is] = [effectiveRule(after, stored), effectiveRule(after, after)];
  if (is.channels.includes("slack") && after.slack === null) throw invalidField("/channels", "has slack, but there is no slack_url to post to");
  const gone = stored?.slack != null && stored.slack.webhookId !== after.slack?.webhookId ? stored.slack.webhookId : undefined;
  if (hook !== undefined) await stores.webhooks.insert(hook);
  await stores.alertRules.saveSettings(after);
  if (gone !== undefined) await stores.webhooks.remove(gone);
  const happening = { actor, tenantId, action: "alert_rule.updated", target: { type: "alert_rule", id: rule } } as const;
  await stores.audit.append(auditEntry(deps, { ...happening, before: auditView(was), after: auditView(is) }));
  return { after: is, gone };
};

const changed = (before: AlertSettings, change: AlertRuleChange, hook: Webhook | undefined): AlertSettings => {
  const { slackUrl, mutedUntilMs, thresholds, ...choices } = change;
  const slack = slackUrl === undefined ? before.slack : null;
  return {
    ...before,
    choices: { ...before.choices, ...choices, ...(thresholds !== undefined && { thresholds: { ...before.choices.thresholds, ...thresholds } }) },
    slack: hook === undefined ? slack : { webhookId: hook.id, host: urlHost(hook.url) },
    mutedUntilMs: mutedUntilMs === undefined ? before.mutedUntilMs : mutedUntilMs,
  };
};

const auditView = ({ isEnabled, thresholds, quietMinutes, coolDownMinutes, channels, slack, mutedUntilMs }: EffectiveRule) => ({
  enabled: isEnabled,
  thresholds,
  quiet_minutes: quietMinutes,
  cool_down_minutes: coolDownMinutes,
  channels,
  slack_host: slack?.host ?? null,
  muted_until_ms: mutedUntilMs,
});
