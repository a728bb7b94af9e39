import type { ApiKey } from "@keywright/contract";
import { roleKeyReach } from "@keywright/contract";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Copy, Eye, Power, RefreshCw } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { later } from "../../later.ts";
import { useMe } from "../../me.ts";
import { copyText } from "../../ui/copy-text.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { isAlive } from "./key-words.tsx";
import type { Task, TaskDialogProps } from "./task-dialog.tsx";

export interface KeyActions {
  readonly canWrite: boolean;
  /** Whether the role reaches this key; the server decides all the same. */
  readonly mayChange: (apiKey: ApiKey) => boolean;
  readonly menuOf: (apiKey: ApiKey) => readonly (readonly MenuItem[])[];
  readonly start: (task: Task) => void;
  /** The dialog that is open, if one is. */
  readonly dialog: ReactNode;
}

const icon = "size-4 shrink-0";

/** What can be done with keys, and the dialogs for it, `first` at once where the role reaches its key. A plaintext is in the open dialog alone, and gone with it. */
export const useKeyActions = (first?: Extract<Task, { readonly apiKey: ApiKey }>): KeyActions => {
  const { standing, can } = useMe();
  const navigate = useNavigate();
  const toast = useToast();
  const canWrite = can("keys:write");
  const mayChange = ({ owner }: ApiKey): boolean => {
    if (!canWrite || standing === undefined) return false;
    if (standing.role === "operator" || roleKeyReach[standing.role] === "tenant") return true;
    // Of which teams they are, the server knows.
    return owner.type === "team" || owner.id === standing.memberId;
  };
  const [task, setTask] = useState<Task | undefined>(first !== undefined && mayChange(first.apiKey) ? first : undefined);
  const copyId = async (id: string): Promise<void> => {
    const isCopied = await copyText(id);
    toast({ text: isCopied ? words.common.copied : words.common.failed, tone: isCopied ? "good" : "danger" });
  };
  const menuOf = (apiKey: ApiKey): readonly (readonly MenuItem[])[] => {
    const looking: MenuItem[] = [
      {
        label: words.keys.details,
        icon: <Eye aria-hidden className={icon} />,
        onSelect: () => void navigate({ to: "/settings/developers/api-keys/$keyId", params: { keyId: apiKey.id } }),
      },
      { label: words.keys.copyId, icon: <Copy aria-hidden className={icon} />, onSelect: () => void copyId(apiKey.id) },
    ];
    return mayChange(apiKey) && isAlive(apiKey) ? [looking, ...changing(apiKey, setTask)] : [looking];
  };
  return { canWrite, mayChange, menuOf, start: setTask, dialog: task === undefined ? null : <LaterDialog onNext={setTask} task={task} /> };
};

const changing = (apiKey: ApiKey, start: (task: Task) => void): readonly (readonly MenuItem[])[] => [
  [
    { label: words.keys.regenerate, icon: <RefreshCw aria-hidden className={icon} />, onSelect: () => start({ kind: "regenerate", apiKey }) },
    {
      label: apiKey.status === "disabled" ? words.keys.enable : words.keys.disable,
      icon: <Power aria-hidden className={icon} />,
      onSelect: () => start({ kind: "switch", apiKey }),
    },
  ],
  [{ label: words.keys.revoke, icon: <Ban aria-hidden className={icon} />, isDangerous: true, onSelect: () => start({ kind: "revoke", apiKey }) }],
];

const dialogs = later(() => import("./task-dialog.tsx"));

const LaterDialog = ({ task, onNext }: TaskDialogProps) => {
  const part = dialogs.use();
  const toast = useToast();
  const onAway = useEffectEvent(() => {
    toast({ text: words.problems.away, tone: "danger" });
    onNext(undefined);
  });
  useEffect(() => {
    void dialogs.load().then((hasCome) => {
      if (!hasCome) onAway();
    });
  }, []);
  return part === undefined ? null : <part.TaskDialog onNext={onNext} task={task} />;
};
