import { Unavailable } from "../errors.ts";
import { createKey } from "../keys/create-key.ts";
import { regenerateKey } from "../keys/regenerate-key.ts";
import type { Mail } from "../ports/mailer.ts";
import type { ClaimedDigest } from "../ports/reminder-store.ts";
import { sendReminders } from "../reminders/send-reminders.ts";
import { createMember } from "../tenants/members.ts";
import { createTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "./open-core.ts";

const hourMs = 3_600_000;
const limits = { ipAllowlist: [], rateLimit: null, monthlyQuota: null, metadata: {} };

/** What becomes of each mail, until it is said otherwise: it is sent; nobody takes it; or its sender is killed before or after handing it over. */
export type MailFault = "none" | "away" | "dies before" | "dies after";

/** A core whose keys people are reminded of, with its mails, and with what each digest was claimed with. */
export const openReminderWorld = async () => {
  const core = await openCore();
  const sent: Mail[] = [];
  const fault: { kind: MailFault } = { kind: "none" };
  const claimed = new Map<string, ClaimedDigest>();
  const mailer = {
    send: async (mail: Mail) => {
      const { kind } = fault;
      if (kind === "away") throw new Unavailable("mailer", new Error("away"));
      if (kind === "dies before") throw new Error("killed");
      sent.push(mail);
      if (kind === "dies after") throw new Error("killed");
    },
  };
  const store = {
    ...core.store,
    reminders: {
      ...core.store.reminders,
      claim: async (request: Parameters<typeof core.store.reminders.claim>[0]) => {
        const found = await core.store.reminders.claim(request);
        if (found !== undefined) claimed.set(found.digest.id, found);
        return found;
      },
    },
  };
  const deps = { ...core, store, mailer, publicAddress: () => "https://keys.example.com" };
  const openTenant = async (name: string) => {
    const { id: tenantId } = await createTenant(core, { actor: operator, name, tier: "pro", rateLimit: null, idempotency: null });
    const join = (email: string, role: "owner" | "admin" | "developer" | "viewer" = "developer") =>
      createMember(core, { actor: operator, tenantId, email, name: email, role, idempotency: null });
    const makeKey = async (fields: { readonly ownerId?: string; readonly name?: string; readonly days?: number } = {}) => {
      const { ownerId, name: keyName = "Mailer", days = 365 } = fields;
      const expiry = { kind: "days", days } as const;
      const command = { tenantId, name: keyName, scopes: ["send_email"], environment: "live", ownerId, expiry, ...limits };
      return (await createKey(core, { actor: operator, command, idempotency: null })).details.key;
    };
    return { tenantId, join, makeKey };
  };
  const regenerate = (keyId: string) => regenerateKey(core, { actor: operator, keyId, graceSeconds: 0, ifRevision: null, idempotency: null });
  const remind = () => sendReminders(deps);
  /** Days go by, with a look every six hours. */
  const live = async (days: number) => {
    for (let quarter = 0; quarter < days * 4; quarter++) {
      core.advance(6 * hourMs);
      await remind();
    }
  };
  return { core, deps, sent, fault, claimed, openTenant, regenerate, remind, live };
};
