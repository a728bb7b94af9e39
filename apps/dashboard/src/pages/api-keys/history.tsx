import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../api.ts";
import { useTenant } from "../../me.ts";
import { explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useNow } from "../../use-now.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { Ago } from "./key-words.tsx";
import type { Owners } from "./owners.ts";

const pageSize = 20;
/** That an operator has looked is in the audit log; the history of a key is of its changes. */
const looks: readonly string[] = ["keys.viewed"];

const actionNames: Readonly<Record<string, string>> = words.keyDetails.actions;

/** What was done to the key, of the audit log. */
export const History = ({ keyId, owners }: { readonly keyId: string; readonly owners: Owners }) => {
  const nowMs = useNow();
  const query = { ...useTenant(), target_id: keyId, limit: pageSize };
  const log = useInfiniteQuery({
    queryKey: ["list-audit-log", "of-key", query],
    queryFn: ({ pageParam, signal }) => api.call("list-audit-log", { query: { ...query, ...(pageParam !== null && { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const entries = log.data?.pages.flatMap(({ data }) => data).filter(({ action }) => !looks.includes(action)) ?? [];
  return (
    <Section title={words.keyDetails.history}>
      {log.isPending && <Skeleton className="h-20" />}
      {log.error !== null && <Notice tone="danger">{explain(log.error)}</Notice>}
      {log.data !== undefined && entries.length === 0 && <p className="text-quiet">{words.keyDetails.noHistory}</p>}
      <ol className="grid gap-4">
        {entries.map(({ id, at, action, actor, reason, ip, before, after }) => (
          <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3" key={id}>
            <span aria-hidden className={`mt-1.5 size-2 rounded-full ${action === "key.revoked" ? "bg-danger" : "bg-edge"}`} />
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="font-medium">{actionNames[action] ?? action}</span>
                <span className="text-quiet text-xs">
                  <Ago at={at} nowMs={nowMs} />
                </span>
              </p>
              <p className="break-words text-quiet text-xs">
                {[whoOf(actor, owners), ip === null ? "" : say(words.keyDetails.from, { ip }), changedOf(before, after), reason ?? ""]
                  .filter((part) => part !== "")
                  .join(" · ")}
              </p>
            </div>
          </li>
        ))}
      </ol>
      {log.hasNextPage && (
        <Button className="mt-4" isBusy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {words.keyDetails.olderHistory}
        </Button>
      )}
    </Section>
  );
};

interface ActorShown {
  readonly type: string;
  readonly id: string | null;
}

const whoOf = ({ type, id }: ActorShown, owners: Owners): string => {
  const known = words.keyDetails.actors as Readonly<Record<string, string>>;
  const actor = type === "member" ? owners.nameOf({ type: "member", id }) : known[type];
  return actor === undefined ? words.keyDetails.byUnknown : say(words.keyDetails.by, { actor });
};

type View = Readonly<Record<string, unknown>> | null;

/** Which fields were changed; never their values, which the audit log has. */
const changedOf = (before: View, after: View): string => {
  if (before === null || after === null) return "";
  return Object.keys(after)
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .join(", ");
};
