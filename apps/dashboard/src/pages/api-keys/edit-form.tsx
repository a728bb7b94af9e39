import type { ApiKey } from "@keywright/contract";
import { useState } from "react";
import { api, refresh } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { codeOf } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { ExpiryField, type KeyOptions, NameField, ScopeFields } from "./key-fields.tsx";
import { fromKey, type KeyFormValues, keyFormPlaces, toUpdateBody } from "./key-form.ts";
import { MoreFields } from "./more-fields.tsx";

interface EditFormProps {
  readonly apiKey: ApiKey;
  readonly options: KeyOptions;
  readonly onClose: () => void;
}

/** Changes the key where it is shown. What somebody else has changed since it was read is not overwritten. */
export const EditForm = ({ apiKey: latest, options, onClose }: EditFormProps) => {
  // As it was when the form opened: what is read meanwhile is not what was changed.
  const [apiKey] = useState(latest);
  const toast = useToast();
  const [isOutdated, setOutdated] = useState(false);
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: fromKey(apiKey),
    places: keyFormPlaces,
    send: async (values: KeyFormValues) => {
      const body = toUpdateBody(values, apiKey);
      if (Object.keys(body).length === 0) return undefined;
      return api.call("update-key", { params: { key_id: apiKey.id }, body, ifMatch: `"${apiKey.revision}"` });
    },
    onDone: (changed) => {
      if (changed !== undefined) toast({ text: "enforced" in changed ? words.keys.pending : words.keyDetails.saved });
      void refresh("list-keys", "get-key", "list-audit-log");
      onClose();
    },
    onFailed: (error) => setOutdated(codeOf(error) === "PRECONDITION_FAILED"),
  });
  const reload = async (): Promise<void> => {
    await refresh("get-key", "list-audit-log");
    onClose();
  };
  return (
    <form className="grid gap-5" noValidate onSubmit={submit}>
      <NameField form={form} />
      <ScopeFields form={form} options={options} />
      <ExpiryField current={apiKey.expires_at} form={form} options={options} />
      <MoreFields form={form} options={options} />
      {isOutdated ? (
        <Notice action={<Button onClick={() => void reload()}>{words.keyDetails.reload}</Button>} tone="danger">
          {words.keyDetails.changed}
        </Notice>
      ) : (
        failure !== undefined && <Notice tone="danger">{failure}</Notice>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button isBusy={isBusy} look="primary" type="submit">
          {words.keyDetails.save}
        </Button>
      </div>
    </form>
  );
};
