import { Plus, X } from "lucide-react";
import { useFieldArray } from "react-hook-form";
import { Button, IconButton } from "../../ui/button.tsx";
import { FieldError, inputClass, SelectField, TextAreaField, TextField } from "../../ui/field.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import type { KeyForm, KeyOptions } from "./key-fields.tsx";
import { addLine, isWholeOrEmpty } from "./key-form.ts";

interface MoreProps {
  readonly form: KeyForm;
  readonly options: KeyOptions;
}

/** From where a key may be used, how often, and what is noted with it. */
export const MoreFields = ({ form, options }: MoreProps) => {
  const { errors } = form.formState;
  return (
    <div className="grid gap-5">
      <TextAreaField
        {...form.register("allowlist")}
        action={<AddMine form={form} ip={options.your_ip} />}
        className="font-mono text-xs"
        error={errors.allowlist?.message}
        hint={words.keyForm.allowlistHint}
        label={words.keyForm.allowlist}
        spellCheck={false}
      />
      <RateFields form={form} />
      <TextField
        {...form.register("quota", whole)}
        error={errors.quota?.message}
        hint={words.keyForm.quotaHint}
        inputMode="numeric"
        label={words.keyForm.quota}
      />
      <MetadataFields form={form} />
    </div>
  );
};

const whole = { validate: (text: string) => isWholeOrEmpty(text) || words.keyForm.notWhole };

const AddMine = ({ form, ip }: { readonly form: KeyForm; readonly ip: string | null }) =>
  ip === null ? null : (
    <button
      className="rounded font-medium text-accent text-xs underline-offset-2 hover:underline"
      onClick={() => form.setValue("allowlist", addLine(form.getValues("allowlist"), ip), { shouldDirty: true })}
      title={say(words.keyForm.addMineTitle, { ip })}
      type="button"
    >
      {words.keyForm.addMine}
    </button>
  );

const windows = [
  { value: "1", label: say(words.keyForm.seconds, { count: 1 }) },
  { value: "60", label: words.keyForm.minute },
  { value: "3600", label: words.keyForm.hour },
  { value: "86400", label: words.keyForm.day },
] as const;

const RateFields = ({ form }: Pick<MoreProps, "form">) => {
  const { errors } = form.formState;
  const chosen = form.getValues("rateWindow");
  const isUsual = windows.some(({ value }) => value === chosen);
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-sm">{words.keyForm.rate}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField {...form.register("rateLimit", whole)} error={errors.rateLimit?.message} inputMode="numeric" label={words.keyForm.rateCount} />
        <SelectField {...form.register("rateWindow")} error={errors.rateWindow?.message} label={words.keyForm.rateEvery}>
          {windows.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
          {!isUsual && <option value={chosen}>{say(words.keyForm.seconds, { count: Number(chosen) })}</option>}
        </SelectField>
      </div>
      <p className="text-quiet text-xs">{words.keyForm.rateHint}</p>
    </fieldset>
  );
};

const MetadataFields = ({ form }: Pick<MoreProps, "form">) => {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: "metadata" });
  const error = form.formState.errors.metadata;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-sm">{words.keyForm.metadata}</legend>
      <p className="text-quiet text-xs">{words.keyForm.metadataHint}</p>
      {fields.map(({ id }, index) => (
        <div className="flex gap-2" key={id}>
          <input
            {...form.register(`metadata.${index}.name`)}
            aria-label={say(words.keyForm.metadataKey, { count: index + 1 })}
            className={`${inputClass} w-full min-w-0 font-mono text-xs`}
            spellCheck={false}
          />
          <input
            {...form.register(`metadata.${index}.value`)}
            aria-label={say(words.keyForm.metadataValue, { count: index + 1 })}
            className={`${inputClass} w-full min-w-0`}
          />
          <IconButton className="shrink-0" label={say(words.keyForm.metadataRemove, { count: index + 1 })} onClick={() => remove(index)}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      ))}
      <FieldError text={error?.message ?? error?.root?.message} />
      <Button className="justify-self-start" icon={<Plus aria-hidden className="size-4" />} onClick={() => append({ name: "", value: "" })}>
        {words.keyForm.metadataAdd}
      </Button>
    </fieldset>
  );
};
