import type { Team } from "@keywright/contract";
import { api, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useTenant } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

interface NameDialogProps {
  /** The one to rename; left out: a new one. */
  readonly team?: Team;
  readonly onClose: () => void;
}

export const NameDialog = ({ team, onClose }: NameDialogProps) => {
  const tenant = useTenant();
  const toast = useToast();
  const idempotencyKey = useIdempotencyKey();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { name: team?.name ?? "" },
    places: { name: "name", NAME_TAKEN: "name" },
    send: ({ name }: { name: string }) => {
      if (team !== undefined) return api.call("update-team", { params: { team_id: team.id }, body: { name } });
      const body = { ...tenant, name };
      return api.call("create-team", { body, idempotencyKey: idempotencyKey(body) });
    },
    onDone: ({ name }) => {
      void refresh("list-teams", "list-keys");
      toast({ text: say(team === undefined ? words.teams.made : words.teams.renamed, { name }) });
      onClose();
    },
  });
  return (
    <Dialog onClose={onClose} size="small" title={team === undefined ? words.teams.createTitle : say(words.teams.renameTitle, { name: team.name })}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <TextField
            {...form.register("name", { required: words.teams.nameMissing })}
            autoComplete="off"
            error={form.formState.errors.name?.message}
            label={words.teams.name}
            maxLength={100}
          />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {team === undefined ? words.teams.submit : words.common.save}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
