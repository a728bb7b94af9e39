import type { EndpointReply, Webhook } from "@keywright/contract";
import { useNavigate } from "@tanstack/react-router";
import { KeyRound, ListChecks, Pencil, Power, Send, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useMe } from "../../me.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import { words } from "../../words/words.ts";
import { DeleteDialog, RotateDialog, SwitchDialog } from "./change-dialogs.tsx";
import type { WebhookPlace } from "./place.ts";
import { SecretDialog } from "./secret-dialog.tsx";
import { TestDialog } from "./test-dialog.tsx";
import { WebhookDialog } from "./webhook-dialog.tsx";

type Issued = EndpointReply<"create-webhook">;

type Task =
  | { readonly kind: "create" }
  | { readonly kind: "edit" | "test" | "rotate" | "switch" | "remove"; readonly webhook: Webhook }
  | { readonly kind: "created" | "rotated"; readonly issued: Issued };

export interface WebhookActions {
  readonly canWrite: boolean;
  readonly menuOf: (webhook: Webhook) => readonly (readonly MenuItem[])[];
  readonly start: (task: Task) => void;
  /** The dialog that is open, if one is. */
  readonly dialog: ReactNode;
}

const icon = "size-4 shrink-0";

/** What can be done with webhooks, and the dialogs for it. A secret is in the open dialog alone, and gone with it. */
export const useWebhookActions = (place: WebhookPlace): WebhookActions => {
  const { can } = useMe();
  const navigate = useNavigate();
  const [task, setTask] = useState<Task | undefined>();
  const canWrite = can("webhooks:write");
  const menuOf = (webhook: Webhook): readonly (readonly MenuItem[])[] => {
    const show = (): void => void navigate({ to: place.one, params: { webhookId: webhook.id }, search: {} });
    const looking: MenuItem[] = [{ label: words.webhooks.deliveries, icon: <ListChecks aria-hidden className={icon} />, onSelect: show }];
    return canWrite ? [looking, ...changing(webhook, setTask)] : [looking];
  };
  const dialog = task === undefined ? null : <TaskDialog onNext={setTask} onRemoved={() => void navigate({ to: place.list })} place={place} task={task} />;
  return { canWrite, menuOf, start: setTask, dialog };
};

const changing = (webhook: Webhook, start: (task: Task) => void): readonly (readonly MenuItem[])[] => {
  const isActive = webhook.status === "active";
  return [
    [
      ...(isActive ? [{ label: words.webhooks.test, icon: <Send aria-hidden className={icon} />, onSelect: () => start({ kind: "test", webhook }) }] : []),
      { label: words.webhooks.edit, icon: <Pencil aria-hidden className={icon} />, onSelect: () => start({ kind: "edit", webhook }) },
      { label: words.webhooks.rotate, icon: <KeyRound aria-hidden className={icon} />, onSelect: () => start({ kind: "rotate", webhook }) },
      {
        label: isActive ? words.webhooks.pause : words.webhooks.resume,
        icon: <Power aria-hidden className={icon} />,
        onSelect: () => start({ kind: "switch", webhook }),
      },
    ],
    [{ label: words.webhooks.remove, icon: <Trash2 aria-hidden className={icon} />, isDangerous: true, onSelect: () => start({ kind: "remove", webhook }) }],
  ];
};

interface TaskDialogProps {
  readonly task: Task;
  readonly place: WebhookPlace;
  readonly onNext: (task: Task | undefined) => void;
  readonly onRemoved: () => void;
}

const TaskDialog = ({ task, place, onNext, onRemoved }: TaskDialogProps) => {
  const onClose = (): void => onNext(undefined);
  switch (task.kind) {
    case "create":
      return <WebhookDialog onClose={onClose} onCreated={(issued) => onNext({ kind: "created", issued })} owner={place.owner} />;
    case "edit":
      return <WebhookDialog onClose={onClose} owner={place.owner} webhook={task.webhook} />;
    case "test":
      return <TestDialog onClose={onClose} webhook={task.webhook} />;
    case "rotate":
      return <RotateDialog onClose={onClose} onRotated={(issued) => onNext({ kind: "rotated", issued })} webhook={task.webhook} />;
    case "switch":
      return <SwitchDialog onClose={onClose} webhook={task.webhook} />;
    case "remove":
      return <DeleteDialog onClose={onClose} onRemoved={onRemoved} webhook={task.webhook} />;
    case "created":
    case "rotated":
      return <SecretDialog isNew={task.kind === "created"} issued={task.issued} onClose={onClose} />;
  }
};
