import type { MemberRole } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { api, read, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useTenant } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { CheckBox, FieldError, TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { RoleChoice } from "./role-choice.tsx";
import { useGivableRoles } from "./role-dialog.tsx";

interface InviteFields {
  readonly email: string;
  readonly role: MemberRole;
  readonly team_ids: readonly string[];
}

const maxTeams = 100;

export const InviteDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const tenant = useTenant();
  const toast = useToast();
  const roles = useGivableRoles();
  const idempotencyKey = useIdempotencyKey();
  const teams = useQuery(read("list-teams", { query: { ...tenant, limit: maxTeams } })).data?.data ?? [];
  const first: InviteFields = { email: "", role: "developer", team_ids: [] };
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: first,
    places: { email: "email", role: "role", team_ids: "team_ids", NAME_TAKEN: "email" },
    send: ({ email, role, team_ids: teamIds }: InviteFields) => {
      const body = { ...tenant, email: email.trim(), role, ...(teamIds.length > 0 && { team_ids: [...teamIds] }) };
      return api.call("create-invitation", { body, idempotencyKey: idempotencyKey(body) });
    },
    onDone: ({ email }) => {
      void refresh("list-invitations");
      toast({ text: say(words.invitations.sent, { email }) });
      onClose();
    },
  });
  const { errors } = form.formState;
  return (
    <Dialog description={words.invitations.inviteLead} onClose={onClose} title={words.invitations.inviteTitle}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <TextField
            {...form.register("email", { required: words.invitations.emailMissing })}
            autoComplete="off"
            error={errors.email?.message}
            inputMode="email"
            label={words.invitations.email}
            type="email"
          />
          <RoleChoice error={errors.role?.message} field={form.register("role")} roles={roles} />
          {teams.length > 0 && (
            <fieldset className="grid gap-2">
              <legend className="mb-1 font-medium text-sm">
                {words.invitations.teams}
                <span className="ms-1.5 font-normal text-quiet">{words.common.optional}</span>
              </legend>
              <div className="grid max-h-40 gap-2 overflow-y-auto sm:grid-cols-2">
                {teams.map(({ id, name }) => (
                  <CheckBox {...form.register("team_ids")} key={id} label={name} value={id} />
                ))}
              </div>
              <FieldError text={errors.team_ids?.message} />
            </fieldset>
          )}
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.invitations.submit}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
