import type { Webhook } from "@keywright/contract";
import { words } from "../../words/words.ts";

export type EventName = keyof typeof words.eventTexts;

/** What the form of a webhook holds while it is typed. */
export interface WebhookFormValues {
  url: string;
  description: string;
  which: "all" | "some";
  /** Where `which` is `some`. */
  events: EventName[];
}

const everyEvent = "*" as const;

const isEventName = (event: string): event is EventName => event in words.eventTexts;

/** The form of a webhook that is there; of a new one: with all events, which is what most want. */
export const fromWebhook = (webhook: Webhook | undefined): WebhookFormValues => {
  if (webhook === undefined) return { url: "", description: "", which: "all", events: [] };
  const { url, description, events } = webhook;
  const hearsAll = events.includes(everyEvent);
  return { url, description, which: hearsAll ? "all" : "some", events: hearsAll ? [] : events.filter(isEventName) };
};

export const toWebhookBody = ({ url, description, which, events }: WebhookFormValues) => ({
  url: url.trim(),
  description: description.trim(),
  events: which === "all" ? [everyEvent] : events,
});
