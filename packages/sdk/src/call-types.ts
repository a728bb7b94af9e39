import type { EndpointBody, EndpointId, EndpointParams, EndpointQuery, EndpointReply, IdempotentEndpointId } from "@keywright/contract";

/** A part of a request: absent where the endpoint has none, optional where nothing in it is required. */
type Given<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [N in Name]?: never }
  : Record<never, never> extends Value
    ? { readonly [N in Name]?: Value }
    : { readonly [N in Name]: Value };

/** What one call of an endpoint takes. */
export type CallRequest<Id extends EndpointId> = Given<"params", EndpointParams<Id>> &
  Given<"query", EndpointQuery<Id>> &
  Given<"body", EndpointBody<Id>> & {
    /** 1 to 255 printable ASCII characters: a repetition with the same one is answered as the first time, for 24 h. */
    readonly idempotencyKey?: Id extends IdempotentEndpointId ? string : never;
    /** An `ETag`: the revision in quotes. The change is refused where the resource has another one by now. */
    readonly ifMatch?: string;
    /** Ends the call early: it then rejects with the signal's reason. */
    readonly signal?: AbortSignal;
  };

export type CallArguments<Id extends EndpointId> = Record<never, never> extends CallRequest<Id> ? [request?: CallRequest<Id>] : [request: CallRequest<Id>];

export interface Client {
  /**
   * Calls an endpoint of the table and resolves with the body of its answer. Rejects with `KeywrightError`: the server's problem,
   * or TIMED_OUT, UNREACHABLE, INVALID_REPLY, INVALID_CALL. Only a call whose repetition changes nothing is sent again, once, after a
   * lost connection: a GET, or one with an `idempotencyKey`. An endpoint that streams resolves with its lines as they come, once they begin;
   * reading them rejects likewise.
   */
  call<Id extends EndpointId>(id: Id, ...request: CallArguments<Id>): Promise<EndpointReply<Id>>;
}
