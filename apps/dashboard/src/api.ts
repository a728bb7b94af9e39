import { type CallArguments, type Client, createClient } from "@keywright/sdk";
import { MutationCache, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import { useState } from "react";
import { takeBegun } from "./begun.ts";
import { codeOf, isPassing } from "./problem.ts";
import { compareClocks } from "./server-clock.ts";
import { createStore, remember } from "./store.ts";

/** The tenant whose keys are shown; undefined: none is chosen, or there is none. */
export const tenantChoice = createStore<string | undefined>(remember.read("tenant"));

/** Whether a call was answered that the session has ended: the page then asks to sign in again, and keeps what is on it. */
export const sessionEnded = createStore(false);

/** What carries a call: the browser, with the session's cookie. A frame inside a page of another product puts its own in the place. */
export const transport = createStore<typeof fetch>((input, init) => takeBegun(String(input), init?.method) ?? fetch(input, init));

/** A member of several tenants says by a header which one is meant, where the call has no field for it. */
const inTenant: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  const tenantId = tenantChoice.read();
  if (tenantId !== undefined) headers.set("x-keywright-tenant", tenantId);
  const answer = await transport.read()(input, { ...init, headers });
  compareClocks(answer.headers.get("date"), Date.now());
  return answer;
};

/** The public API under the session's cookie: what a page can do, a script can do. Whoever waits at a page is told soon that something failed. */
export const api: Client = createClient({ baseUrl: location.origin, fetch: inTenant, retries: 1 });

const notice = (error: unknown): void => {
  if (codeOf(error) === "UNAUTHENTICATED") sessionEnded.write(true);
};

/** Marks a question that was asked before anybody knew whether somebody has signed in: a refusal of it means nothing. */
export const askedEarly = { isEarly: true };

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { meta }) => {
      if (meta !== askedEarly) notice(error);
    },
  }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    queries: { networkMode: "always", retry: (count, error) => count < 1 && isPassing(error), staleTime: 10_000 },
    // What a change answers may hold a key: it is forgotten with the dialog that asked for it.
    mutations: { networkMode: "always", retry: false, gcTime: 0 },
  },
});

type ReadId =
  | "get-me"
  | "list-keys"
  | "get-key"
  | "get-key-options"
  | "get-key-usage"
  | "get-usage"
  | "list-audit-log"
  | "list-members"
  | "get-member"
  | "list-teams"
  | "get-team"
  | "list-team-members"
  | "list-invitations"
  | "get-settings"
  | "list-tenants"
  | "get-tenant"
  | "list-root-keys"
  | "get-system"
  | "list-webhooks"
  | "get-webhook"
  | "list-alerts"
  | "list-alert-rules"
  | "list-alert-mutes"
  | "list-webhook-deliveries";

/** What `useQuery` takes for a call that reads. */
export const read = <Id extends ReadId>(id: Id, ...[request]: CallArguments<Id>) =>
  queryOptions({
    queryKey: [id, tenantChoice.read() ?? null, request?.params ?? null, request?.query ?? null],
    // The arguments are those of `id`; the compiler cannot follow them through the added signal.
    queryFn: ({ signal }) => api.call(id, ...([{ ...request, signal }] as unknown as CallArguments<Id>)),
  });

/** Asks anew whatever these calls have answered. */
export const refresh = (...ids: readonly ReadId[]): Promise<unknown> => Promise.all(ids.map((id) => queryClient.invalidateQueries({ queryKey: [id] })));

const randomHex = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The idempotency keys of one opening of a dialog: the same for the same body, so that a second click, or a second try after a lost
 * answer, creates nothing twice; another one once the body is another.
 */
export const useIdempotencyKey = (): ((body: unknown) => string) => {
  const [keys] = useState(() => new Map<string, string>());
  return (body) => {
    const text = JSON.stringify(body);
    const key = keys.get(text) ?? randomHex();
    keys.set(text, key);
    return key;
  };
};
