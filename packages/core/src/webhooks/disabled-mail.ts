import type { Member } from "../model/tenant.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Mail, Mailer } from "../ports/mailer.ts";
import type { Page } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import { urlHost } from "../rules/url-host.ts";

interface MailDeps {
  readonly store: Store;
  readonly mailer: Mailer;
}

const webhooksPerRun = 20;
const pageSize = 100;
/** Of a tenant's members, so many pages are looked through. */
const maxPages = 100;
const mailedRoles: readonly string[] = ["owner", "admin"];

/**
 * Tells the owners and admins of a tenant that a webhook of theirs was disabled. It is told when the mails have been handed over: a process that dies
 * in between, or a mailer that is out of reach, has them told again. The operators have no address; to them the audit log tells it.
 */
export const tellDisabledWebhooks = async ({ store, mailer }: MailDeps): Promise<number> => {
  const due = await store.webhooks.listMailDue(webhooksPerRun);
  for (const webhook of due) {
    for (const to of await addressesOf(store, webhook)) await mailer.send(mailOf(webhook, to));
    await store.transaction(async ({ webhooks }) => {
      const now = await webhooks.lock(webhook.id);
      if (now !== undefined) await webhooks.update({ ...now, isMailDue: false });
    });
  }
  return due.length;
};

const addressesOf = async (store: Store, { tenantId }: Webhook): Promise<readonly string[]> => {
  if (tenantId === null) return [];
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page: Page<Member> = await store.members.list(tenantId, { limit: pageSize, after });
    found.push(...page.items.filter(({ role }) => mailedRoles.includes(role)).map(({ email }) => email));
    after = page.after;
    if (after === null) break;
  }
  return found;
};

/** Of the address the host alone: there may be a token behind it. */
const mailOf = ({ id, url, disabledReason, failures }: Webhook, to: string): Mail => {
  const host = urlHost(url);
  const why = disabledReason === "gone" ? "it answered that it is gone (410)" : `it has not taken one event for three days (${failures} attempts in a row)`;
  const what = `The webhook ${id} to ${host} was disabled: ${why}.`;
  const how = `Events are no longer sent to it. When its target is well again, set its status to active: PATCH /api/v1/platform/webhooks/${id} with {"status": "active"}. What waits for it is then sent; what was given up is in the log of its deliveries, and can be replayed.`;
  return { to, subject: `Webhook to ${host} disabled`, text: `${what}\n\n${how}\n`, html: `<p>${what}</p><p>${how}</p>` };
};
