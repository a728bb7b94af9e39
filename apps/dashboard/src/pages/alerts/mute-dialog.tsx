import type { AlertRuleId } from "@keywright/contract";
import { api, refresh } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import type { Places } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { ruleIds } from "./alert-search.ts";
import { endOf, MuteOptions } from "./mute-options.tsx";

interface MuteFields {
  readonly subject: string;
  readonly rule: AlertRuleId | "";
  /** Hours; empty: until it is unmuted. */
  readonly hours: string;
  readonly reason: string;
}

interface MuteDialogProps {
  readonly owner: { readonly tenant_id?: string };
  /** What an alert is about; left out: it is to be typed. */
  readonly about?: { readonly subject: string; readonly rule: AlertRuleId };
  readonly onClose: () => void;
}

const places: Places<keyof MuteFields> = { subject_id: "subject", rule: "rule", until: "hours", reason: "reason", MUTE_LIMIT_REACHED: "subject" };

export const MuteDialog = ({ owner, about, onClose }: MuteDialogProps) => {
  const toast = useToast();
  const first: MuteFields = { subject: about?.subject ?? "", rule: about?.rule ?? "", hours: "", reason: "" };
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: first,
    places,
    send: ({ subject, rule, hours, reason }: MuteFields) => {
      const until = endOf(hours);
      const more = { ...(rule !== "" && { rule }), ...(until !== undefined && { until }), ...(reason.trim() !== "" && { reason: reason.trim() }) };
      return api.call("create-alert-mute", { body: { ...owner, subject_id: subject.trim(), ...more } });
    },
    onDone: ({ subject_id: subject }) => {
      void refresh("list-alert-mutes", "list-alerts");
      toast({ text: say(words.alertMutes.muted, { subject }) });
      onClose();
    },
  });
  const { errors } = form.formState;
  return (
    <Dialog description={words.alertMutes.lead} onClose={onClose} size="small" title={words.alertMutes.createTitle}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <TextField
            {...form.register("subject", { validate: (subject) => subject.trim() !== "" || words.alertMutes.subjectMissing })}
            autoComplete="off"
            className="font-mono text-xs"
            error={errors.subject?.message}
            hint={words.alertMutes.subjectHint}
            label={words.alertMutes.subject}
            maxLength={64}
            spellCheck={false}
          />
          <SelectField {...form.register("rule")} error={errors.rule?.message} label={words.alertMutes.rule}>
            <option value="">{words.alertMutes.anyRule}</option>
            {ruleIds.map((rule) => (
              <option key={rule} value={rule}>
                {words.alertRuleNames[rule]}
              </option>
            ))}
          </SelectField>
          <SelectField {...form.register("hours")} error={errors.hours?.message} label={words.alertMutes.until}>
            <option value="">{words.alertMutes.forever}</option>
            <MuteOptions />
          </SelectField>
          <TextField
            {...form.register("reason")}
            autoComplete="off"
            dir="auto"
            error={errors.reason?.message}
            isOptional
            label={words.alertMutes.reason}
            maxLength={200}
          />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.alertMutes.submit}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
