import type { Member } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { api, queryClient, read, refresh } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useMe, useTenant } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

const maxTeams = 100;

interface RemoveDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

/** Somebody goes, by themselves or not; their live keys are revoked with them, or go over to a team. */
export const RemoveDialog = ({ member, onClose }: RemoveDialogProps) => {
  const toast = useToast();
  const { standing } = useMe();
  const isSelf = member.id === standing?.memberId;
  const teams = useQuery(read("list-teams", { query: { ...useTenant(), limit: maxTeams } })).data?.data ?? [];
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { keys: "revoke" },
    places: { keys: "keys" },
    send: ({ keys }: { keys: string }) =>
      api.call("remove-member", { params: { member_id: member.id }, body: { keys: keys === "revoke" ? "revoke" : { team_id: keys } } }),
    onDone: ({ keys }) => {
      toast({ text: isSelf ? words.members.left : say(words.members.removed, { name: member.name, count: keys }) });
      if (isSelf) void queryClient.resetQueries();
      else void refresh("list-members", "list-keys");
      onClose();
    },
  });
  const title = isSelf ? say(words.members.leaveTitle, { name: standing?.tenantName ?? "" }) : say(words.members.removeTitle, { name: member.name });
  return (
    <Dialog description={isSelf ? words.members.leaveText : words.members.removeText} onClose={onClose} size="small" title={title}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <SelectField
            {...form.register("keys")}
            error={form.formState.errors.keys?.message}
            hint={form.watch("keys") === "revoke" ? words.members.revokeHint : words.members.handOverHint}
            label={words.shell.keys}
          >
            <option value="revoke">{words.members.revokeKeys}</option>
            {teams.length > 0 && (
              <optgroup label={words.members.handOver}>
                {teams.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </optgroup>
            )}
          </SelectField>
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="danger" type="submit">
            {isSelf ? words.members.leaveSubmit : words.members.removeSubmit}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
