import type { Alert } from "../model/alert.ts";
import { administratorsOf } from "../people/administrators.ts";
import type { Clock } from "../ports/clock.ts";
import type { Mail, Mailer } from "../ports/mailer.ts";
import type { Store } from "../ports/store.ts";
import { inMarkup } from "../rules/in-markup.ts";
import { utcText } from "../rules/utc-text.ts";
import { alertLine, ruleWords } from "./alert-words.ts";

export interface AlertMailDeps {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** Where the operators are told of their own; null: nowhere. */
  readonly operatorEmail: string | null;
  readonly onFailure: (error: unknown) => void;
}

const alertsPerRun = 5_000;
const linesPerMail = 30;
/** Of so many tenants in a row none could be told: it is the mailer that is away, and each would wait for it in vain. */
const mostFailures = 10;
/** What could not be told for so long is told no more: it is in the history. */
const patienceMs = 86_400_000;

/**
 * Tells the owners and admins of each tenant by one mail of all that has started and ended since the last. It is told when a mail has been handed over:
 * a process that dies in between, or a mailer that takes none, has them told again; one address that is refused does not, or the others would be told
 * for ever. Tenants do not wait for one another.
 */
export const mailAlerts = async (deps: AlertMailDeps): Promise<number> => {
  const due = await deps.store.alerts.listMailDue(alertsPerRun);
  const byTenant = new Map<string | null, Alert[]>();
  for (const alert of due) byTenant.set(alert.tenantId, [...(byTenant.get(alert.tenantId) ?? []), alert]);
  let [mails, failed] = [0, 0];
  for (const [tenantId, alerts] of byTenant) {
    try {
      mails += await mailTenant(deps, tenantId, alerts);
      failed = 0;
    } catch (error) {
      deps.onFailure(error);
      failed += 1;
    }
    if (failed >= mostFailures) break;
  }
  return mails;
};

const mailTenant = async (deps: AlertMailDeps, tenantId: string | null, alerts: readonly Alert[]): Promise<number> => {
  const oldestMs = deps.clock.nowMs() - patienceMs;
  const fresh = alerts.filter(({ startedAtMs, endedAtMs }) => (endedAtMs ?? startedAtMs) >= oldestMs);
  const to = fresh.length === 0 ? [] : await addressesOf(deps, tenantId);
  const sent = await sendAll(deps, fresh, to);
  await deps.store.transaction(async (stores) => {
    for (const { id, mailDue } of alerts) {
      const now = await stores.alerts.lock(id);
      // What has ended meanwhile is told with the next mail.
      if (now !== undefined) await stores.alerts.update({ ...now, mailDue: now.mailDue === mailDue ? "none" : "end" });
    }
  });
  return sent;
};

/** Rejects where nobody could be told. */
const sendAll = async ({ mailer, onFailure }: AlertMailDeps, alerts: readonly Alert[], to: readonly string[]): Promise<number> => {
  let sent = 0;
  const failures: unknown[] = [];
  for (const address of to) {
    try {
      await mailer.send(mailOf(alerts, address));
      sent += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0 && sent === 0) throw failures[0];
  for (const error of failures) onFailure(error);
  return sent;
};

const addressesOf = async ({ store, operatorEmail }: AlertMailDeps, tenantId: string | null): Promise<readonly string[]> => {
  if (tenantId !== null) return administratorsOf(store, tenantId);
  return operatorEmail === null ? [] : [operatorEmail];
};

const started = (alert: Alert): boolean => alert.mailDue === "start" || alert.mailDue === "both";
const ended = (alert: Alert): boolean => alert.mailDue === "end" || alert.mailDue === "both";

const mailOf = (alerts: readonly Alert[], to: string): Mail => {
  const begun = alerts.filter(started);
  const over = alerts.filter((alert) => ended(alert) && !started(alert));
  const sections = [
    { title: "Started", lines: begun.map((alert) => `${alertLine(alert)}; ${spanOf(alert)}`) },
    { title: "Ended", lines: over.map((alert) => `${alertLine(alert)}; ${spanOf(alert)}`) },
    { title: "What to do", lines: [...new Set(begun.map(({ rule }) => rule))].map((rule) => `${rule}: ${ruleWords(rule)}`) },
  ].filter(({ lines }) => lines.length > 0);
  const last = "Acknowledge, mute or change them: keywright alerts --help, or the alerts of the dashboard.";
  const text = sections
    .map(
      ({ title, lines }) =>
        `${title}:\n${cut(lines)
          .map((line) => `- ${line}\n`)
          .join("")}`,
    )
    .join("\n");
  const html = sections
    .map(
      ({ title, lines }) =>
        `<h2>${title}</h2><ul>${cut(lines)
          .map((line) => `<li>${inMarkup(line)}</li>`)
          .join("")}</ul>`,
    )
    .join("");
  return { to, subject: subjectOf(begun, over), text: `${text}\n${last}\n`, html: `${html}<p>${last}</p>` };
};

const cut = (lines: readonly string[]): readonly string[] =>
  lines.length <= linesPerMail ? lines : [...lines.slice(0, linesPerMail), `and ${lines.length - linesPerMail} more`];

const spanOf = ({ startedAtMs, endedAtMs }: Alert): string =>
  endedAtMs === null ? `since ${utcText(startedAtMs)}` : `from ${utcText(startedAtMs)} to ${utcText(endedAtMs)}`;

const subjectOf = (begun: readonly Alert[], over: readonly Alert[]): string => {
  const [first] = begun;
  if (begun.length === 1 && first !== undefined && over.length === 0) return `Alert: ${first.rule} of ${first.subjectId}`;
  const parts = [...(begun.length > 0 ? [`${begun.length} started`] : []), ...(over.length > 0 ? [`${over.length} ended`] : [])];
  return `Alerts: ${parts.join(", ")}`;
};
