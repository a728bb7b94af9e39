import type { EndpointReply, Webhook } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { api, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { hostOf } from "./place.ts";

interface OfWebhook {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

const errorText = (error: unknown): string | undefined => (error === null ? undefined : explain(error));

/** Pauses a webhook, or lets it go on. */
export const SwitchDialog = ({ webhook, onClose }: OfWebhook) => {
  const toast = useToast();
  const isActive = webhook.status === "active";
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("update-webhook", { params: { webhook_id: webhook.id }, body: { status: isActive ? "disabled" : "active" } }),
    onSuccess: () => {
      void refresh("list-webhooks", "get-webhook", "list-webhook-deliveries");
      toast({ text: isActive ? words.webhooks.paused : words.webhooks.resumed });
      onClose();
    },
  });
  return (
    <Confirm
      action={isActive ? words.webhooks.pause : words.webhooks.resume}
      error={errorText(error)}
      isBusy={isPending}
      onClose={onClose}
      onConfirm={() => mutate()}
      title={isActive ? words.webhooks.pauseTitle : words.webhooks.resumeTitle}
    >
      <p className="wrap-anywhere">{say(isActive ? words.webhooks.pauseText : words.webhooks.resumeText, { host: hostOf(webhook.url) })}</p>
    </Confirm>
  );
};

interface RotateDialogProps extends OfWebhook {
  readonly onRotated: (issued: EndpointReply<"rotate-webhook-secret">) => void;
}

export const RotateDialog = ({ webhook, onClose, onRotated }: RotateDialogProps) => {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("rotate-webhook-secret", { params: { webhook_id: webhook.id } }),
    onSuccess: (issued) => {
      void refresh("list-webhooks", "get-webhook");
      onRotated(issued);
    },
  });
  return (
    <Confirm
      action={words.webhooks.rotateSubmit}
      error={errorText(error)}
      isBusy={isPending}
      onClose={onClose}
      onConfirm={() => mutate()}
      title={words.webhooks.rotateTitle}
    >
      <p>{words.webhooks.rotateText}</p>
    </Confirm>
  );
};

interface DeleteDialogProps extends OfWebhook {
  readonly onRemoved: () => void;
}

/** One that is in use is deleted by typing its host: what it would have delivered, and the log, cannot be had again. */
export const DeleteDialog = ({ webhook, onClose, onRemoved }: DeleteDialogProps) => {
  const toast = useToast();
  const host = hostOf(webhook.url);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("delete-webhook", { params: { webhook_id: webhook.id } }),
    onSuccess: () => {
      void refresh("list-webhooks");
      toast({ text: words.webhooks.removed });
      onClose();
      onRemoved();
    },
  });
  return (
    <Confirm
      action={words.webhooks.removeSubmit}
      error={errorText(error)}
      isBusy={isPending}
      isDangerous
      onClose={onClose}
      onConfirm={() => mutate()}
      title={words.webhooks.removeTitle}
      typed={webhook.status === "active" ? host : undefined}
      typedLabel={words.webhooks.typed}
    >
      <p className="wrap-anywhere">{say(words.webhooks.removeText, { host })}</p>
    </Confirm>
  );
};
