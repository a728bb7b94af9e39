import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Laptop } from "lucide-react";
import { useState } from "react";
import { type AccountSession, callAccount, sessionsQuery } from "../../accounts.ts";
import { queryClient } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { nameBrowser } from "./name-browser.ts";

/** Where one is signed in; each session can be ended by itself, and all at once. */
export const SessionList = () => {
  const sessions = useQuery(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const toast = useToast();
  const end = useMutation({
    mutationFn: (id: string) => callAccount("POST /revoke-session", { id }),
    onSuccess: () => toast({ text: words.account.ended }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <Section actions={<Button onClick={() => setAsking(true)}>{words.account.endAll}</Button>} title={words.account.sessions}>
      <Loaded query={sessions} rows={2}>
        {({ data }) => (
          <ul className="grid divide-y divide-line">
            {data.map((session) => (
              <SessionLine key={session.id} onEnd={() => end.mutate(session.id)} session={session} />
            ))}
          </ul>
        )}
      </Loaded>
      {end.error !== null && <Notice tone="danger">{explain(end.error)}</Notice>}
      {isAsking && <EndAllDialog onClose={() => setAsking(false)} />}
    </Section>
  );
};

const SessionLine = ({ session, onEnd }: { readonly session: AccountSession; readonly onEnd: () => void }) => {
  const name = nameBrowser(session.user_agent) ?? words.account.unknownDevice;
  const since = say(words.account.since, { when: formatMoment(session.created_at) });
  const from = session.ip === null ? "" : ` · ${say(words.account.fromIp, { ip: session.ip })}`;
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0">
      <Laptop aria-hidden className="size-5 shrink-0 text-quiet" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          {session.current && <Badge tone="good">{words.account.thisOne}</Badge>}
        </span>
        <span className="block break-words text-quiet text-xs">{since + from}</span>
      </span>
      {!session.current && (
        <Button aria-label={say(words.account.endLabel, { name })} onClick={onEnd}>
          {words.account.end}
        </Button>
      )}
    </li>
  );
};

const EndAllDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const navigate = useNavigate();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => callAccount("POST /revoke-sessions", {}),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: "/sign-in", search: {} });
    },
  });
  return (
    <Confirm
      action={words.account.endAll}
      error={error === null ? undefined : explain(error)}
      isBusy={isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => mutate()}
      title={words.account.endAllTitle}
    >
      <p>{words.account.endAllText}</p>
    </Confirm>
  );
};
