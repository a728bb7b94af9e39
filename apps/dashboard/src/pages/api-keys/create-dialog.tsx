import type { EndpointReply } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useMe, useTenant } from "../../me.ts";
import { explain, sortProblem } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { words } from "../../words/words.ts";
import { EnvironmentField, ExpiryField, type KeyForm, type KeyOptions, NameField, ScopeFields } from "./key-fields.tsx";
import { emptyKeyForm, foldedFields, keyFormPlaces, toCreateBody } from "./key-form.ts";
import { MoreFields } from "./more-fields.tsx";

export type CreatedKey = EndpointReply<"create-key">;

interface CreateDialogProps {
  readonly onCreated: (created: CreatedKey) => void;
  readonly onClose: () => void;
}

export const CreateDialog = ({ onCreated, onClose }: CreateDialogProps) => {
  const tenant = useTenant();
  const options = useQuery(read("get-key-options", { query: tenant }));
  return (
    <Dialog description={words.keyForm.lead} onClose={onClose} title={words.keyForm.title}>
      {options.data === undefined ? (
        <DialogBody>{options.error === null ? <FormSkeleton /> : <Retry error={options.error} onRetry={() => void options.refetch()} />}</DialogBody>
      ) : (
        <CreateForm onClose={onClose} onCreated={onCreated} options={options.data} />
      )}
    </Dialog>
  );
};

const FormSkeleton = () => (
  <div className="grid gap-4" role="status">
    <span className="sr-only">{words.common.loading}</span>
    <Skeleton className="w-24" />
    <Skeleton className="h-9" />
    <Skeleton className="w-32" />
    <Skeleton className="h-32" />
  </div>
);

const Retry = ({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) => (
  <Notice action={<Button onClick={onRetry}>{words.common.retry}</Button>} tone="danger">
    {explain(error)}
  </Notice>
);

const CreateForm = ({ options, onCreated, onClose }: CreateDialogProps & { readonly options: KeyOptions }) => {
  const tenant = useTenant();
  const idempotencyKey = useIdempotencyKey();
  const [isMoreOpen, setMoreOpen] = useState(false);
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { ...emptyKeyForm, expiry: String(options.default_expires_in_days) },
    places: keyFormPlaces,
    send: (values: typeof emptyKeyForm) => {
      const body = toCreateBody(values, tenant);
      return api.call("create-key", { body, idempotencyKey: idempotencyKey(body) });
    },
    onDone: (created) => {
      void refresh("list-keys");
      onCreated(created);
    },
    onFailed: (error) => {
      if (sortProblem(error, keyFormPlaces).fields.some(({ name }) => foldedFields.includes(name))) setMoreOpen(true);
    },
  });
  return (
    <form className="contents" noValidate onSubmit={submit}>
      <DialogBody>
        <NameField form={form} />
        <ScopeFields form={form} options={options} />
        <div className="grid gap-5 sm:grid-cols-2">
          <ExpiryField form={form} options={options} />
          <EnvironmentField form={form} />
        </div>
        <OwnerField form={form} />
        <details className="group rounded-lg border border-line" onToggle={(event) => setMoreOpen(event.currentTarget.open)} open={isMoreOpen}>
          <summary className="rounded-lg px-3 py-2 font-medium text-sm hover:bg-hover">{words.keyForm.more}</summary>
          <div className="px-3 pt-2 pb-4">
            <MoreFields form={form} options={options} />
          </div>
        </details>
        {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button isBusy={isBusy} look="primary" type="submit">
          {words.keyForm.submit}
        </Button>
      </DialogFooter>
    </form>
  );
};

const maxTeams = 100;

/** Mine, or a team's. */
const OwnerField = ({ form }: { readonly form: KeyForm }) => {
  const { standing } = useMe();
  const tenant = useTenant();
  const teams = useQuery(read("list-teams", { query: { ...tenant, limit: maxTeams } })).data?.data ?? [];
  const error = form.formState.errors.owner?.message;
  if (teams.length === 0 && error === undefined) return null;
  return (
    <SelectField {...form.register("owner")} error={error} hint={words.keyForm.ownerHint} label={words.keyForm.owner}>
      <option value="">{standing?.memberId === undefined ? words.keyForm.ownerTenant : words.keyForm.ownerMe}</option>
      {teams.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
};
