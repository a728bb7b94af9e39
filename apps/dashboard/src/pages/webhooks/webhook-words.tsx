import type { Webhook } from "@keywright/contract";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Notice } from "../../ui/notice.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

type Standing = keyof typeof words.webhooks.statuses;

/** How it goes with a webhook, in one word. */
const standingOf = ({ status, disabled_reason, paused_until, failures }: Webhook): Standing => {
  if (status === "disabled") return disabled_reason === null ? "paused" : "disabled";
  if (paused_until !== null) return "resting";
  return failures > 0 ? "failing" : "active";
};

const tones: Readonly<Record<Standing, Tone>> = { active: "good", failing: "warn", resting: "warn", paused: "quiet", disabled: "danger" };

export const WebhookBadge = ({ webhook }: { readonly webhook: Webhook }) => {
  const standing = standingOf(webhook);
  return <Badge tone={tones[standing]}>{words.webhooks.statuses[standing]}</Badge>;
};

/** What is to be known of a webhook that does not simply work. */
export const WebhookNotices = ({ webhook }: { readonly webhook: Webhook }) => {
  const { previous_secret_until: overlapUntil } = webhook;
  const trouble = troubleOf(webhook);
  return (
    <>
      {trouble !== undefined && <Notice tone={trouble.tone}>{trouble.text}</Notice>}
      {overlapUntil !== null && <Notice>{say(words.webhooks.overlap, { when: formatMoment(overlapUntil) })}</Notice>}
    </>
  );
};

const troubleOf = (webhook: Webhook): { readonly tone: "warn" | "danger" | "info"; readonly text: string } | undefined => {
  const { failures: count, failing_since: since, paused_until: until } = webhook;
  switch (standingOf(webhook)) {
    case "active":
      return undefined;
    case "paused":
      return { tone: "info", text: words.webhooks.pausedText };
    case "disabled":
      return { tone: "danger", text: webhook.disabled_reason === "gone" ? words.webhooks.disabledGone : words.webhooks.disabledFailing };
    case "resting":
      return { tone: "warn", text: say(words.webhooks.restingText, { when: momentOf(until) }) };
    case "failing":
      return { tone: "warn", text: say(words.webhooks.failingText, { count, when: momentOf(since) }) };
  }
};

const momentOf = (at: string | null): string => (at === null ? "" : formatMoment(at));
