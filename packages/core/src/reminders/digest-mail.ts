import type { RemindedKey } from "../model/reminder.ts";
import type { Mail } from "../ports/mailer.ts";
import type { ClaimedDigest } from "../ports/reminder-store.ts";
import { inMarkup } from "../rules/in-markup.ts";
import { dateText } from "../rules/month.ts";
import { urlHost } from "../rules/url-host.ts";

export interface MailPlace {
  /** Where people reach this installation, without a slash at the end. */
  readonly publicAddress: string;
  readonly unsubscribeUrl: string;
  readonly nowMs: number;
}

const dayMs = 86_400_000;
const keysPath = "/dashboard/settings/developers/api-keys";
const why = "You get this because these keys are yours or your team's, or because you administer their tenant: once a day at most, and each reminder once.";
const leads = {
  expiry: "These keys end soon. Give them a later end, or regenerate them and replace them in time.",
  rotate: "These keys have had one secret for long. Regenerate them: the old secret goes on working for the grace period that you choose.",
} as const;

/**
 * The mail of one digest: what ends soon, then what is old, each with a link that opens the dialog in which a key gets a new secret. Names are others' words: text
 * in it, never markup, and in no header. It holds no key: its hint alone.
 */
export const digestMail = ({ digest, keys, total }: ClaimedDigest, place: MailPlace): Mail => {
  const { unsubscribeUrl } = place;
  const sections = (["expiry", "rotate"] as const)
    .map((kind) => ({ lead: leads[kind], lines: keys.filter(({ reminder }) => reminder.kind === kind).map((key) => lineOf(key, place)) }))
    .filter(({ lines }) => lines.length > 0);
  const all = `${place.publicAddress}${keysPath}`;
  const more = total > keys.length ? `And ${total - keys.length} more:` : undefined;
  const textOf = ({ what, links }: Line): string => [`- ${what}`, ...links.map(({ label, url }) => `  ${label}: ${url}`)].join("\n");
  const markupOf = ({ what, links }: Line): string => `<li>${inMarkup(what)}<br>${links.map(({ label, url }) => linkMarkup(label, url)).join(" · ")}</li>`;
  return {
    to: digest.person,
    subject: `Your API keys: ${total === 1 ? "a reminder" : `${total} reminders`}`,
    text: `${[
      ...sections.flatMap(({ lead, lines }) => [lead, ...lines.map(textOf)]),
      ...(more === undefined ? [] : [`${more} ${all}`]),
      why,
      `No more reminders: ${unsubscribeUrl}`,
    ].join("\n\n")}\n`,
    html: [
      ...sections.map(({ lead, lines }) => `<p>${lead}</p><ul>${lines.map(markupOf).join("")}</ul>`),
      ...(more === undefined ? [] : [`<p>${more} ${linkMarkup("all keys", all)}</p>`]),
      `<p>${why} ${linkMarkup("No more reminders", unsubscribeUrl)}</p>`,
    ].join(""),
    messageId: `${digest.id}@${urlHost(place.publicAddress).replace(/:\d+$/, "") || "localhost"}`,
    unsubscribeUrl,
  };
};

interface Line {
  readonly what: string;
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

const lineOf = ({ reminder, name, hint, tenantName }: RemindedKey, { publicAddress, nowMs }: MailPlace): Line => {
  const { keyId, tenantId, kind, markMs } = reminder;
  const page = `${publicAddress}${keysPath}/${keyId}?tenant=${tenantId}`;
  const regenerate = { label: "Regenerate", url: `${page}&dialog=regenerate` };
  const which = `${inOneLine(name)} (${inOneLine(hint)}) of ${inOneLine(tenantName)}`;
  if (kind === "rotate") return { what: `${which}: its secret is ${days(nowMs - markMs)} old.`, links: [regenerate] };
  const left = markMs - nowMs < dayMs ? "within a day" : `in ${days(markMs - nowMs)}`;
  return { what: `${which} ends on ${dateText(markMs)} (UTC), ${left}.`, links: [regenerate, { label: "Its page", url: page }] };
};

const days = (ms: number): string => {
  const count = Math.round(ms / dayMs);
  return count === 1 ? "1 day" : `${count} days`;
};

/** What would end a line, or turn its direction, would let a name pass for our own words. */
const inOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ");

const linkMarkup = (label: string, url: string): string => `<a href="${inMarkup(url)}">${inMarkup(label)}</a>`;
