import type { Tenant } from "@keywright/contract";
import { api, queryClient, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

interface TenantFields {
  readonly name: string;
  readonly tier: Tenant["tier"];
}

interface TenantDialogProps {
  /** The one to change; left out: a new one. */
  readonly tenant?: Tenant;
  readonly onClose: () => void;
}

export const TenantDialog = ({ tenant, onClose }: TenantDialogProps) => {
  const toast = useToast();
  const idempotencyKey = useIdempotencyKey();
  const first: TenantFields = { name: tenant?.name ?? "", tier: tenant?.tier ?? "starter" };
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: first,
    places: { name: "name", tier: "tier" },
    send: (body: TenantFields) =>
      tenant === undefined
        ? api.call("create-tenant", { body, idempotencyKey: idempotencyKey(body) })
        : api.call("update-tenant", { params: { tenant_id: tenant.id }, body, ifMatch: `"${tenant.revision}"` }),
    onDone: (saved, { name }) => {
      void refresh("list-tenants");
      void queryClient.invalidateQueries({ queryKey: ["me"] });
      toast({ text: "enforced" in saved ? words.tenants.pending : say(tenant === undefined ? words.tenants.made : words.tenants.saved, { name }) });
      onClose();
    },
  });
  const { errors } = form.formState;
  return (
    <Dialog onClose={onClose} size="small" title={tenant === undefined ? words.tenants.createTitle : say(words.tenants.editTitle, { name: tenant.name })}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <TextField
            {...form.register("name", { required: words.tenants.nameMissing })}
            autoComplete="off"
            error={errors.name?.message}
            label={words.tenants.name}
            maxLength={100}
          />
          <SelectField {...form.register("tier")} error={errors.tier?.message} label={words.tenants.tier}>
            {Object.entries(words.tenants.tiers).map(([tier, text]) => (
              <option key={tier} value={tier}>
                {text}
              </option>
            ))}
          </SelectField>
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {tenant === undefined ? words.tenants.submit : words.common.save}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
