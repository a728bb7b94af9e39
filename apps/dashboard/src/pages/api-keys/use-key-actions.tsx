import type { ApiKey } from "@keywright/contract";
import { roleKeyReach } from "@keywright/contract";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Copy, Eye, Power, RefreshCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMe } from "../../me.ts";
import { copyText } from "../../ui/copy-text.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { CreateDialog } from "./create-dialog.tsx";
import { IssuedDialog, type IssuedKey } from "./issued-dialog.tsx";
import { isAlive } from "./key-words.tsx";
import { RegenerateDialog } from "./regenerate-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { SwitchDialog } from "./switch-dialog.tsx";

type Task =
  | { readonly kind: "create" }
  | { readonly kind: "regenerate" | "revoke" | "switch"; readonly apiKey: ApiKey }
  | { readonly kind: "issued"; readonly issued: IssuedKey };

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
  return { canWrite, mayChange, menuOf, start: setTask, dialog: task === undefined ? null : <TaskDialog onNext={setTask} task={task} /> };
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

interface TaskDialogProps {
  readonly task: Task;
  readonly onNext: (task: Task | undefined) => void;
}

const TaskDialog = ({ task, onNext }: TaskDialogProps) => {
  const onClose = (): void => onNext(undefined);
  switch (task.kind) {
    case "create":
      return <CreateDialog onClose={onClose} onCreated={(created) => onNext({ kind: "issued", issued: { apiKey: created, previousUntil: undefined } })} />;
    case "regenerate":
      return (
        <RegenerateDialog
          apiKey={task.apiKey}
          onClose={onClose}
          onRegenerated={(made) => onNext({ kind: "issued", issued: { apiKey: made, previousUntil: made.previous_secret_valid_until } })}
        />
      );
    case "revoke":
      return <RevokeDialog apiKey={task.apiKey} onClose={onClose} />;
    case "switch":
      return <SwitchDialog apiKey={task.apiKey} onClose={onClose} />;
    case "issued":
      return <IssuedDialog issued={task.issued} onClose={onClose} />;
  }
};
