import type { Webhook } from "../model/webhook.ts";
import { administratorsOf } from "../people/administrators.ts";
import type { Mail, Mailer } from "../ports/mailer.ts";
import type { Store } from "../ports/store.ts";
import { urlHost } from "../rules/url-host.ts";

interface MailDeps {
  readonly store: Store;
  readonly mailer: Mailer;
  /** The operators'; null: there is none. */
  readonly operatorEmail: string | null;
  /** Told of a webhook of the operators', whom no mail can reach. */
  readonly onUntold: (webhook: Webhook) => void;
}

const webhooksPerRun = 20;

/**
 * Tells the owners and admins of a tenant, or the operators, that a webhook of theirs was disabled. It is told when the mails have been handed over: a process
 * that dies in between, or a mailer that is out of reach, has them told again.
 */
export const tellDisabledWebhooks = async ({ store, mailer, operatorEmail, onUntold }: MailDeps): Promise<number> => {
  const due = await store.webhooks.listMailDue(webhooksPerRun);
  for (const webhook of due) {
    const { tenantId } = webhook;
    if (tenantId === null && operatorEmail === null) onUntold(webhook);
    const operators = operatorEmail === null ? [] : [operatorEmail];
    for (const to of tenantId === null ? operators : await administratorsOf(store, tenantId)) await mailer.send(mailOf(webhook, to));
    await store.transaction(async ({ webhooks }) => {
      const now = await webhooks.lock(webhook.id);
      if (now !== undefined) await webhooks.update({ ...now, isMailDue: false });
    });
  }
  return due.length;
};

/** Of the address the host alone: there may be a token behind it. */
const mailOf = ({ id, format, url, disabledReason, failures }: Webhook, to: string): Mail => {
  const host = urlHost(url);
  const why = disabledReason === "gone" ? "it answered that it is gone (410)" : `it has not taken one event for three days (${failures} attempts in a row)`;
  const what = `The webhook ${id} to ${host} was disabled: ${why}.`;
  const how =
    format === "slack"
      ? "Alerts are no longer told there. When its target is well again, set its address again where the rules of alerts are."
      : `Events are no longer sent to it. When its target is well again, set its status to active: PATCH /api/v1/platform/webhooks/${id} with {"status": "active"}. What waits for it is then sent; what was given up is in the log of its deliveries, and can be replayed.`;
  return { to, subject: `Webhook to ${host} disabled`, text: `${what}\n\n${how}\n`, html: `<p>${what}</p><p>${how}</p>` };
};
