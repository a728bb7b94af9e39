import type { Calls } from "./generated/api.ts";

/** Endpoints of the API, by their ids. */
export type EndpointId = keyof Calls;

type Part<Id extends EndpointId, Name extends string> = Calls[Id] extends { readonly [N in Name]: infer Value } ? Value : undefined;

/** The body of a success of the endpoint, whichever its status. */
export type EndpointReply<Id extends EndpointId> = Calls[Id]["reply"];

/** A part of a request: absent where the endpoint has none, optional where nothing in it is required. */
type Given<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [N in Name]?: never }
  : Record<never, never> extends Value
    ? { readonly [N in Name]?: Value }
    : { readonly [N in Name]: Value };

export interface CallOptions {
  /** Ends the call early: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ChangeOptions extends CallOptions {
  /** An `ETag`: the revision in quotes. The change is refused where the resource has another one by now. */
  readonly ifMatch?: string;
}

export interface IdempotentCallOptions extends ChangeOptions {
  /** 1 to 255 printable ASCII characters: a repetition with the same one is answered as the first time, for 24 h. */
  readonly idempotencyKey?: string;
}

/** What one call of an endpoint takes. */
export type CallRequest<Id extends EndpointId> = Given<"params", Part<Id, "params">> &
  Given<"query", Part<Id, "query">> &
  Given<"body", Part<Id, "body">> &
  ChangeOptions & {
    /** 1 to 255 printable ASCII characters: a repetition with the same one is answered as the first time, for 24 h. */
    readonly idempotencyKey?: Calls[Id] extends { readonly idempotent: true } ? string : never;
  };

export type CallArguments<Id extends EndpointId> = Record<never, never> extends CallRequest<Id> ? [request?: CallRequest<Id>] : [request: CallRequest<Id>];

export interface Client {
  /**
   * Calls an endpoint of the table and resolves with the body of its answer. Rejects with `KeywrightError`: the server's problem, or one of
   * `clientErrors`. Only a call whose repetition changes nothing is sent again, with pauses between, after a lost connection or an answer
   * that says to come back: a GET, or one with an `idempotencyKey`. An endpoint that streams resolves with its lines as they come, once they
   * begin; reading them rejects likewise.
   */
  call<Id extends EndpointId>(id: Id, ...request: CallArguments<Id>): Promise<EndpointReply<Id>>;
}
