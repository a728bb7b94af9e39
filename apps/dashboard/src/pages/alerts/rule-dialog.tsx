import type { AlertRule } from "@keywright/contract";
import { type UseFormReturn, useWatch } from "react-hook-form";
import { api, refresh } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { CheckBox, FieldError, SelectField, TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { formatMoment, formatNumber } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { MuteOptions } from "./mute-options.tsx";
import { fromRule, type RuleFormValues, rulePlaces, toRuleBody } from "./rule-form.ts";

interface RuleDialogProps {
  readonly rule: AlertRule;
  readonly owner: { readonly tenant_id?: string };
  readonly onClose: () => void;
}

interface PartProps {
  readonly rule: AlertRule;
  readonly form: UseFormReturn<RuleFormValues>;
}

/** When a rule's alert starts and ends, and who is told. */
export const RuleDialog = ({ rule, owner, onClose }: RuleDialogProps) => {
  const toast = useToast();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: fromRule(rule),
    places: rulePlaces(rule),
    send: (values: RuleFormValues) => api.call("update-alert-rule", { params: { rule: rule.rule }, body: toRuleBody(values, owner) }),
    onDone: () => {
      void refresh("list-alert-rules", "list-alerts");
      toast({ text: words.alertRuleForm.saved });
      onClose();
    },
  });
  return (
    <Dialog description={rule.doc} onClose={onClose} title={words.alertRuleNames[rule.rule]}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <CheckBox {...form.register("enabled")} label={words.alertRuleForm.enabled} />
          <Thresholds form={form} rule={rule} />
          <Channels form={form} rule={rule} />
          <SelectField {...form.register("mute")} error={form.formState.errors.mute?.message} label={words.alertRuleForm.mute}>
            <option value="">{words.alertRuleForm.muteNone}</option>
            {rule.muted_until !== null && <option value="keep">{say(words.alertRuleForm.muteKeep, { when: formatMoment(rule.muted_until) })}</option>}
            <MuteOptions />
          </SelectField>
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.common.save}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};

const channelLabels: Readonly<Record<string, string>> = words.alertRuleForm.channelLabels;
const unitNames: Readonly<Record<string, string>> = words.alertRuleForm.units;

const Thresholds = ({ form, rule }: PartProps) => {
  const { errors } = form.formState;
  return (
    <>
      {Object.entries(rule.limits).map(([name, { unit, doc, min, max, default: usual }]) => (
        <TextField
          {...form.register(`thresholds.${name}`)}
          error={errors.thresholds?.[name]?.message}
          hint={say(words.alertRuleForm.bounds, { doc, min: formatNumber(min), max: formatNumber(max), usual: formatNumber(usual) })}
          inputMode="numeric"
          key={name}
          label={unitNames[unit] ?? name}
        />
      ))}
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <TextField
          {...form.register("quiet")}
          error={errors.quiet?.message}
          hint={words.alertRuleForm.quietHint}
          inputMode="numeric"
          label={words.alertRuleForm.quiet}
        />
        <TextField
          {...form.register("coolDown")}
          error={errors.coolDown?.message}
          hint={words.alertRuleForm.coolDownHint}
          inputMode="numeric"
          label={words.alertRuleForm.coolDown}
        />
      </div>
    </>
  );
};

const Channels = ({ form, rule }: PartProps) => {
  const { errors } = form.formState;
  const chosen = useWatch({ control: form.control, name: "channels" });
  return (
    <>
      <fieldset className="grid gap-2.5">
        <legend className="mb-1.5 font-medium text-sm">{words.alertRuleForm.channels}</legend>
        {Object.entries(words.alertRuleForm.channelTexts).map(([channel, text]) => (
          <CheckBox {...form.register("channels")} hint={text} key={channel} label={channelLabels[channel]} value={channel} />
        ))}
        <FieldError text={errors.channels?.message} />
      </fieldset>
      {chosen.includes("slack") && (
        <TextField
          {...form.register("slackUrl")}
          autoComplete="off"
          error={errors.slackUrl?.message}
          hint={rule.slack_host === null ? words.alertRuleForm.slackHint : say(words.alertRuleForm.slackKept, { host: rule.slack_host })}
          inputMode="url"
          label={words.alertRuleForm.slack}
          placeholder="https://"
          spellCheck={false}
        />
      )}
      {rule.slack_host !== null && <CheckBox {...form.register("removesSlack")} label={words.alertRuleForm.slackRemove} />}
    </>
  );
};
