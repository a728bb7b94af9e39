import { useActionForm } from "../../form.ts";
import { TextField } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";
import { Option } from "./option.tsx";
import { areDays, type ReminderFields, toFields, toReminders } from "./reminder-days.ts";
import { SettingForm } from "./setting-form.tsx";
import { type Settings, useSave } from "./use-save.ts";

/** When people are reminded of keys by mail: as the operator has it, or as the owners choose. */
export const RemindersForm = ({ settings }: { readonly settings: Settings }) => {
  const save = useSave(settings);
  const { form, submit, isBusy, failure } = useActionForm<ReminderFields, void>({
    defaultValues: toFields(settings.reminders),
    places: { "reminders/rotate_after_days": "rotate", reminders: "expiry" },
    send: (fields) => save({ reminders: toReminders(fields) }),
    onDone: () => {},
  });
  const { register, watch, formState } = form;
  const mustBeDays = (most: number, text: string) => (value: string) => areDays(value, most) || text;
  const { rotate, expiry } = formState.errors;
  return (
    <SettingForm failure={failure} isBusy={isBusy} lead={words.tenantSettings.remindersLead} onSubmit={submit} title={words.tenantSettings.reminders}>
      <Option {...register("which")} label={words.tenantSettings.remindersOperator} value="operator" />
      <Option {...register("which")} label={words.tenantSettings.remindersOwn} value="own" />
      {watch("which") === "own" && (
        <div className="ms-6.5 grid gap-4">
          <TextField
            {...register("rotate", { validate: mustBeDays(1, words.tenantSettings.notDays) })}
            autoComplete="off"
            className="max-w-40"
            error={rotate?.message}
            hint={words.tenantSettings.rotateHint}
            inputMode="numeric"
            label={words.tenantSettings.rotate}
          />
          <TextField
            {...register("expiry", { validate: mustBeDays(Number.POSITIVE_INFINITY, words.tenantSettings.notSeveralDays) })}
            autoComplete="off"
            className="max-w-64"
            error={expiry?.message}
            hint={words.tenantSettings.expiryHint}
            label={words.tenantSettings.expiry}
          />
        </div>
      )}
    </SettingForm>
  );
};
