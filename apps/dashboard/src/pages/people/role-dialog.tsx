import { type Member, type MemberRole, memberRoles } from "@keywright/contract";
import { api, refresh } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useMe } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { RoleChoice } from "./role-choice.tsx";

/** Roles that whoever is at the page may give. */
export const useGivableRoles = (): readonly MemberRole[] => {
  const { standing } = useMe();
  return memberRoles.filter((role) => role !== "owner" || standing?.role === "owner" || standing?.role === "operator");
};

export const RoleDialog = ({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) => {
  const toast = useToast();
  const roles = useGivableRoles();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { role: member.role },
    places: { role: "role" },
    send: ({ role }: { role: MemberRole }) => api.call("update-member", { params: { member_id: member.id }, body: { role } }),
    onDone: ({ role }) => {
      void refresh("list-members", "list-keys");
      toast({ text: say(words.members.roleDone, { name: member.name, role: words.roles[role] }) });
      onClose();
    },
  });
  return (
    <Dialog description={words.members.roleLead} onClose={onClose} title={say(words.members.roleTitle, { name: member.name })}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <RoleChoice error={form.formState.errors.role?.message} field={form.register("role")} roles={roles} />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.members.roleSubmit}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
