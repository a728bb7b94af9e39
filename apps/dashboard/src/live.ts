import { type ApiKey, eventPaths, type StreamEvent } from "@keywright/contract";
import { useEffect } from "react";
import { queryClient, refresh } from "./api.ts";

type UsedEvent = Extract<StreamEvent, { readonly keys: unknown }>;

const changes = ["key.created", "key.updated", "key.regenerated", "key.revoked", "key.handed_over", "tenant.updated", "settings.updated"] as const;

/** What the stream may tell that a page follows. `ready`: from now on nothing is missed. */
const followed = [...changes, "reload", "usage"] as const;

const rereadKeys = (): void => void refresh("list-keys", "get-key", "list-audit-log");

/** What is shown is read again when it has changed, and follows what is used, without a reload. `data`: as it came. */
export const hear = (type: string, data: unknown): void => {
  if (type === "reload") void queryClient.invalidateQueries();
  else if (type === "usage" && typeof data === "string") follow(JSON.parse(data) as UsedEvent);
  else if (changes.some((change) => change === type)) rereadKeys();
};

const pauseMs = 1_000;

/** Between the first reading of what is shown and now, nobody told what has changed. The page that is just being made does not wait for it. */
export const catchUp = (): ReturnType<typeof setTimeout> => setTimeout(rereadKeys, pauseMs);

/** The browser comes back by itself where the stream breaks. */
export const useLive = (tenantId: string | undefined): void => {
  useEffect(() => {
    if (tenantId === undefined) return;
    const stream = new EventSource(`${eventPaths.changes}?tenant_id=${encodeURIComponent(tenantId)}`);
    const timers = new Set<ReturnType<typeof setTimeout>>();
    stream.addEventListener("open", () => void timers.add(catchUp()));
    for (const type of followed) stream.addEventListener(type, ({ data }: MessageEvent<unknown>) => hear(type, data));
    return () => {
      stream.close();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [tenantId]);
};

interface Listed {
  readonly data: readonly ApiKey[];
}

/** What is written into counts as read anew: one that is to be read again, since it has changed, would pass for current. */
const isCurrent = ({ state }: { readonly state: { readonly isInvalidated: boolean } }): boolean => !state.isInvalidated;

/** The keys that are shown get their last use from the event itself; the counts of one that is looked at closely are asked for. */
const follow = ({ at, keys }: UsedEvent): void => {
  const used = new Map(keys.map((key) => [key.id, key]));
  const touch = (key: ApiKey): ApiKey => {
    const use = used.get(key.id);
    return use === undefined || use.requests <= use.errors ? key : { ...key, last_used_at: at };
  };
  queryClient.setQueriesData<Listed>({ queryKey: ["list-keys"], predicate: isCurrent }, (page) => page && { ...page, data: page.data.map(touch) });
  queryClient.setQueriesData<ApiKey>({ queryKey: ["get-key"], predicate: isCurrent }, (key) => key && touch(key));
  void queryClient.invalidateQueries({ queryKey: ["get-key-usage"], predicate: ({ queryKey }) => used.has(keyIdIn(queryKey)) });
};

/** `read` writes the parameters of the call into its third place. */
const keyIdIn = ([, , params]: readonly unknown[]): string =>
  typeof params === "object" && params !== null && "key_id" in params ? String(params.key_id) : "";
