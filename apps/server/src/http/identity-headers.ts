import type { KeyRecord } from "@keywright/core";

/**
 * Who the client is, for the API behind the gateway. Every header is always there, empty where there is nothing to say: an Envoy passes on
 * the client's own header of a name that the answer lacks.
 */
export const identityHeaders = (key: KeyRecord, expiresAtMs: number | null): Record<string, string> => ({
  "x-keywright-key-id": key.id,
  "x-keywright-key-name": toHeaderText(key.name),
  "x-keywright-tenant-id": key.tenant?.id ?? "",
  "x-keywright-owner": key.ownerId ?? key.tenant?.id ?? "",
  "x-keywright-scopes": toHeaderText(key.scopes.join(",")),
  "x-keywright-environment": toHeaderText(key.environment),
  "x-keywright-expires-at": expiresAtMs === null ? "" : new Date(expiresAtMs).toISOString(),
});

const plain = /^[\x20-\x24\x26-\x7e]*$/;

/** Printable ASCII; anything else, and the percent sign itself, percent-encoded as UTF-8. */
const toHeaderText = (text: string): string =>
  plain.test(text) ? text : text.replace(/\p{Surrogate}/gu, "?").replace(/[^\x20-\x24\x26-\x7e]+/gu, encodeURIComponent);
