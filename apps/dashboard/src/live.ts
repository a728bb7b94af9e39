import { type ApiKey, eventPaths, type StreamEvent } from "@keywright/contract";
import { useEffect } from "react";
import { queryClient, refresh } from "./api.ts";

type UsedEvent = Extract<StreamEvent, { readonly keys: unknown }>;

const changes = ["key.created", "key.updated", "key.regenerated", "key.revoked", "key.handed_over", "tenant.updated", "settings.updated"] as const;

/** What is shown is read again when it has changed, and follows what is used, without a reload. The browser comes back by itself where the stream breaks. */
export const useLive = (tenantId: string | undefined): void => {
  useEffect(() => {
    if (tenantId === undefined) return;
    const stream = new EventSource(`${eventPaths.changes}?tenant_id=${encodeURIComponent(tenantId)}`);
    const onChange = (): void => void refresh("list-keys", "get-key", "list-audit-log");
    // Between the first reading of what is shown and now, nobody told what has changed.
    stream.addEventListener("open", onChange);
    for (const type of changes) stream.addEventListener(type, onChange);
    stream.addEventListener("reload", () => void queryClient.invalidateQueries());
    stream.addEventListener("usage", ({ data }) => {
      if (typeof data === "string") follow(JSON.parse(data) as UsedEvent);
    });
    return () => stream.close();
  }, [tenantId]);
};

interface Listed {
  readonly data: readonly ApiKey[];
}

/** The keys that are shown get their last use from the event itself; the counts of one that is looked at closely are asked for. */
const follow = ({ at, keys }: UsedEvent): void => {
  const used = new Map(keys.map((key) => [key.id, key]));
  const touch = (key: ApiKey): ApiKey => {
    const use = used.get(key.id);
    return use === undefined || use.requests <= use.errors ? key : { ...key, last_used_at: at };
  };
  queryClient.setQueriesData<Listed>({ queryKey: ["list-keys"] }, (page) => page && { ...page, data: page.data.map(touch) });
  queryClient.setQueriesData<ApiKey>({ queryKey: ["get-key"] }, (key) => key && touch(key));
  void queryClient.invalidateQueries({ queryKey: ["get-key-usage"], predicate: ({ queryKey }) => used.has(keyIdIn(queryKey)) });
};

/** `read` writes the parameters of the call into its third place. */
const keyIdIn = ([, , params]: readonly unknown[]): string =>
  typeof params === "object" && params !== null && "key_id" in params ? String(params.key_id) : "";
