import { useTenant } from "../../me.ts";

/** Whose webhooks a page is about, and where its pages are. */
export interface WebhookPlace {
  /** As the calls take it: the chosen tenant; for the operator's own, none. */
  readonly owner: { readonly tenant_id?: string };
  readonly list: "/settings/developers/webhooks" | "/operator/webhooks";
  readonly one: "/settings/developers/webhooks/$webhookId" | "/operator/webhooks/$webhookId";
}

export const operatorPlace: WebhookPlace = { owner: {}, list: "/operator/webhooks", one: "/operator/webhooks/$webhookId" };

export const useTenantPlace = (): WebhookPlace => ({
  owner: useTenant(),
  list: "/settings/developers/webhooks",
  one: "/settings/developers/webhooks/$webhookId",
});

/** What may be said of an address in a sentence: its path may hold a token. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? url;
