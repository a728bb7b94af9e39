import type { Static, TSchema } from "typebox";
import type { EndpointId, endpoints } from "./endpoints.ts";

type Row<Id extends EndpointId> = (typeof endpoints)[Id];
type Part<Id extends EndpointId, Name extends string> = Row<Id> extends { readonly [N in Name]: infer Schema extends TSchema } ? Static<Schema> : undefined;

/** The values of `{…}` in the endpoint's path; undefined: it has none. */
export type EndpointParams<Id extends EndpointId> = Part<Id, "params">;

/** The endpoint's query parameters; undefined: it has none. */
export type EndpointQuery<Id extends EndpointId> = Part<Id, "query">;

/** The endpoint's JSON body; undefined: it has none. */
export type EndpointBody<Id extends EndpointId> = Part<Id, "body">;

/** The body of a success of the endpoint, whichever its status. */
export type EndpointReply<Id extends EndpointId> = {
  [Status in keyof Row<Id>["replies"]]: Row<Id>["replies"][Status] extends TSchema ? Static<Row<Id>["replies"][Status]> : never;
}[keyof Row<Id>["replies"]];

/** Endpoints that keep their answer for a repetition with the same `Idempotency-Key`. */
export type IdempotentEndpointId = { [Id in EndpointId]: Row<Id> extends { readonly idempotent: true } ? Id : never }[EndpointId];
