import type { ApiKey } from "@keywright/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { serverNow } from "../../server-clock.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo, formatNumber } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

interface RevokeDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What leans on the key is shown before it is taken away; its name is to be typed only where something does. */
export const RevokeDialog = ({ apiKey, onClose }: RevokeDialogProps) => {
  const nowMs = useNow();
  const toast = useToast();
  const [reason, setReason] = useState("");
  const [openedMs] = useState(serverNow);
  const params = { key_id: apiKey.id };
  const latest = useQuery(read("get-key", { params })).data ?? apiKey;
  const range = { from: new Date(openedMs - hourMs).toISOString(), granularity: "hour" } as const;
  const requests = useQuery(read("get-key-usage", { params, query: range })).data?.requests;
  const revoke = useMutation({
    mutationFn: () => api.call("revoke-key", { params, body: reason.trim() === "" ? {} : { reason: reason.trim() } }),
    onSuccess: ({ enforced }) => {
      toast({ text: say(enforced ? words.revoke.done : words.revoke.pending, { name: apiKey.name }) });
      void refresh("list-keys", "get-key", "list-audit-log");
      onClose();
    },
  });
  const { last_used_at: usedAt } = latest;
  const isInUse = (requests ?? 0) > 0 || (usedAt !== null && nowMs - Date.parse(usedAt) < dayMs);
  return (
    <Confirm
      action={words.revoke.submit}
      error={revoke.error === null ? undefined : explain(revoke.error)}
      isBusy={revoke.isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      title={say(words.revoke.title, { name: apiKey.name })}
      typed={isInUse ? apiKey.name : undefined}
    >
      {latest.status === "revoked" ? <Notice>{words.revoke.already}</Notice> : <p>{words.revoke.text}</p>}
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 rounded-lg border border-line px-3 py-2.5">
        <dt>{words.revoke.lastUsed}</dt>
        <dd className="text-end text-ink">{usedAt === null ? words.keys.neverUsed : formatAgo(usedAt, nowMs)}</dd>
        <dt>{words.revoke.lastHour}</dt>
        <dd className="text-end text-ink tabular-nums">{requests === undefined ? "…" : formatNumber(requests)}</dd>
      </dl>
      {isInUse && <Notice tone="warn">{words.revoke.inUse}</Notice>}
      <ReasonField onChange={setReason} value={reason} />
    </Confirm>
  );
};

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

export const ReasonField = ({ value, onChange }: ReasonFieldProps) => (
  <div className="text-ink">
    <TextField
      autoComplete="off"
      dir="auto"
      hint={words.revoke.reasonHint}
      isOptional
      label={words.revoke.reason}
      list="revoke-reasons"
      maxLength={500}
      onChange={({ target }) => onChange(target.value)}
      value={value}
    />
    <datalist id="revoke-reasons">
      {words.revoke.reasons.map((reason) => (
        <option key={reason} value={reason} />
      ))}
    </datalist>
  </div>
);
