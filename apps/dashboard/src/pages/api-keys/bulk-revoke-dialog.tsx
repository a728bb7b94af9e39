import type { ApiKey } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { ReasonField } from "./revoke-dialog.tsx";

interface BulkRevokeDialogProps {
  readonly keys: readonly ApiKey[];
  /** Ids of those that are revoked now. */
  readonly onRevoked: (ids: readonly string[]) => void;
  readonly onClose: () => void;
}

const shown = 6;
const dayMs = 86_400_000;

/** One call a key, one after the other: what has failed stays chosen, and is said. */
const revokeAll = async (keys: readonly ApiKey[], reason: string) => {
  const revoked: string[] = [];
  const errors: unknown[] = [];
  for (const { id } of keys) {
    try {
      await api.call("revoke-key", { params: { key_id: id }, body: reason.trim() === "" ? {} : { reason: reason.trim() } });
      revoked.push(id);
    } catch (error) {
      errors.push(error);
    }
  }
  return { revoked, errors };
};

export const BulkRevokeDialog = ({ keys, onRevoked, onClose }: BulkRevokeDialogProps) => {
  const nowMs = useNow();
  const toast = useToast();
  const [reason, setReason] = useState("");
  const [failure, setFailure] = useState<string | undefined>();
  const revoke = useMutation({
    mutationFn: () => revokeAll(keys, reason),
    onSuccess: ({ revoked, errors }) => {
      void refresh("list-keys", "get-key", "list-audit-log");
      if (revoked.length > 0) toast({ text: say(words.revoke.manyDone, { count: revoked.length }) });
      onRevoked(revoked);
      if (errors.length === 0) onClose();
      else setFailure(say(words.revoke.manyFailed, { count: errors.length, text: explain(errors[0]) }));
    },
  });
  const isInUse = keys.some(({ last_used_at: at }) => at !== null && nowMs - Date.parse(at) < dayMs);
  const count = keys.length;
  return (
    <Confirm
      action={say(words.revoke.manySubmit, { count })}
      error={failure}
      isBusy={revoke.isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      title={say(words.revoke.manyTitle, { count })}
      typed={isInUse ? words.revoke.manyWord : undefined}
      typedLabel={say(words.revoke.manyTyped, { word: words.revoke.manyWord })}
    >
      <p>{words.revoke.manyText}</p>
      <ul className="grid grid-cols-1 gap-1 rounded-lg border border-line px-3 py-2.5">
        {keys.slice(0, shown).map(({ id, name, last_used_at: at }) => (
          <li className="flex justify-between gap-4" key={id}>
            <span className="min-w-0 truncate text-ink">
              <bdi>{name}</bdi>
            </span>
            <span className="shrink-0">{at === null ? words.keys.neverUsed : formatAgo(at, nowMs)}</span>
          </li>
        ))}
        {count > shown && <li>{say(words.revoke.others, { count: count - shown })}</li>}
      </ul>
      {isInUse && <Notice tone="warn">{words.revoke.manyInUse}</Notice>}
      <ReasonField onChange={setReason} value={reason} />
    </Confirm>
  );
};
