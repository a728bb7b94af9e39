import type { EndpointReply, Webhook } from "@keywright/contract";
import { useWatch } from "react-hook-form";
import { api, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import type { Places } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { EventFields } from "./event-fields.tsx";
import { fromWebhook, toWebhookBody, type WebhookFormValues } from "./webhook-form.ts";

interface WebhookDialogProps {
  /** Whose it is to be, as the calls take it. */
  readonly owner: { readonly tenant_id?: string };
  /** The one to change; left out: a new one. */
  readonly webhook?: Webhook;
  readonly onCreated?: (issued: EndpointReply<"create-webhook">) => void;
  readonly onClose: () => void;
}

const places: Places<keyof WebhookFormValues> = { url: "url", description: "description", events: "events" };

export const WebhookDialog = ({ owner, webhook, onCreated, onClose }: WebhookDialogProps) => {
  const toast = useToast();
  const idempotencyKey = useIdempotencyKey();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: fromWebhook(webhook),
    places,
    send: async (values: WebhookFormValues) => {
      const body = toWebhookBody(values);
      if (webhook !== undefined) {
        await api.call("update-webhook", { params: { webhook_id: webhook.id }, body: onlyChanged(body, webhook) });
        return undefined;
      }
      const created = { ...owner, ...body };
      return api.call("create-webhook", { body: created, idempotencyKey: idempotencyKey(created) });
    },
    onDone: (issued) => {
      void refresh("list-webhooks", "get-webhook");
      if (issued === undefined) {
        toast({ text: words.webhookForm.saved });
        onClose();
      } else onCreated?.(issued);
    },
  });
  const { errors } = form.formState;
  const isNew = webhook === undefined;
  return (
    <Dialog
      description={isNew ? words.webhookForm.lead : undefined}
      onClose={onClose}
      title={isNew ? words.webhookForm.createTitle : words.webhookForm.editTitle}
    >
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <TextField
            {...form.register("url", { validate: (url) => url.trim() !== "" || words.webhookForm.urlMissing })}
            autoComplete="off"
            error={errors.url?.message}
            hint={words.webhookForm.urlHint}
            inputMode="url"
            label={words.webhookForm.url}
            maxLength={2048}
            placeholder="https://"
            spellCheck={false}
          />
          <TextField
            {...form.register("description")}
            autoComplete="off"
            dir="auto"
            error={errors.description?.message}
            hint={words.webhookForm.descriptionHint}
            isOptional
            label={words.webhookForm.description}
            maxLength={100}
          />
          <EventFields error={errors.events?.message} form={form} which={useWatch({ control: form.control, name: "which" })} />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {isNew ? words.webhookForm.submit : words.common.save}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};

/** Another address starts with a clean slate, so that the same one is not sent. */
const onlyChanged = ({ url, ...rest }: ReturnType<typeof toWebhookBody>, webhook: Webhook) => (url === webhook.url ? rest : { url, ...rest });
