import type { EndpointReply } from "@keywright/contract";
import type { UseFormReturn } from "react-hook-form";
import { useWatch } from "react-hook-form";
import { FieldError, SelectField, TextField } from "../../ui/field.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import type { KeyFormValues } from "./key-form.ts";

export type KeyOptions = EndpointReply<"get-key-options">;
export type KeyForm = UseFormReturn<KeyFormValues>;

interface FieldsProps {
  readonly form: KeyForm;
  readonly options: KeyOptions;
}

export const NameField = ({ form }: Pick<FieldsProps, "form">) => (
  <TextField
    {...form.register("name", { validate: (name) => name.trim() !== "" || words.keyForm.nameMissing })}
    autoComplete="off"
    autoFocus
    dir="auto"
    error={form.formState.errors.name?.message}
    hint={words.keyForm.nameHint}
    label={words.keyForm.name}
    maxLength={100}
  />
);

export const ScopeFields = ({ form, options }: FieldsProps) => {
  const error = form.formState.errors.scopes?.message;
  const held = form.getValues("scopes");
  return (
    <fieldset aria-describedby={error === undefined ? undefined : "scopes-error"} className="grid gap-1.5">
      <legend className="mb-1.5 font-medium text-sm">{words.keyForm.scopes}</legend>
      <div className="grid max-h-60 gap-px overflow-y-auto rounded-lg border border-edge">
        {options.catalogue.map((scope) => (
          <ScopeLine form={form} isLocked={!scope.grantable && !held.includes(scope.name)} key={scope.name} scope={scope} />
        ))}
      </div>
      {error === undefined && <p className="text-quiet text-xs">{words.keyForm.scopesHint}</p>}
      <FieldError id="scopes-error" text={error} />
    </fieldset>
  );
};

interface ScopeLineProps {
  readonly form: KeyForm;
  readonly scope: KeyOptions["catalogue"][number];
  readonly isLocked: boolean;
}

const ScopeLine = ({ form, scope, isLocked }: ScopeLineProps) => (
  <label className={`flex items-start gap-2.5 px-3 py-2 ${isLocked ? "" : "hover:bg-hover"}`}>
    <input
      {...form.register("scopes", { validate: (scopes) => scopes.length > 0 || words.keyForm.scopesMissing })}
      className="mt-0.5 size-4 shrink-0"
      disabled={isLocked}
      type="checkbox"
      value={scope.name}
    />
    <span className="min-w-0">
      <span className="block break-all font-mono text-xs leading-5">{scope.name}</span>
      <span className="block text-quiet text-xs">{isLocked ? `${scope.description} ${words.keyForm.notGrantable}` : scope.description}</span>
    </span>
  </label>
);

export const EnvironmentField = ({ form }: Pick<FieldsProps, "form">) => (
  <SelectField
    {...form.register("environment")}
    error={form.formState.errors.environment?.message}
    hint={words.keyForm.environmentHint}
    label={words.keyForm.environment}
  >
    <option value="live">{words.keys.environments.live}</option>
    <option value="test">{words.keys.environments.test}</option>
  </SelectField>
);

const usualDays = [30, 60, 90] as const;
const dayMs = 86_400_000;

interface ExpiryProps extends FieldsProps {
  /** When the key ends as it is; undefined: it is being made. */
  readonly current?: string | null;
}

export const ExpiryField = ({ form, options, current }: ExpiryProps) => {
  const expiry = useWatch({ control: form.control, name: "expiry" });
  const { errors } = form.formState;
  const days = [...new Set([...usualDays, options.default_expires_in_days])].filter((count) => count <= options.max_expires_in_days).sort((a, b) => a - b);
  const dayOf = (count: number): string => new Date(Date.parse(options.now) + count * dayMs).toISOString().slice(0, 10);
  return (
    <div className="grid content-start gap-3">
      <SelectField {...form.register("expiry")} error={errors.expiry?.message} label={words.keyForm.expiry}>
        {current !== undefined && (
          <option value="keep">{say(words.keyForm.keep, { when: current === null ? words.keyForm.never : formatMoment(current) })}</option>
        )}
        {days.map((count) => (
          <option key={count} value={count}>
            {say(words.keyForm.days, { count })}
          </option>
        ))}
        <option value="date">{words.keyForm.onDate}</option>
        {options.allow_no_expiry && <option value="never">{words.keyForm.never}</option>}
      </SelectField>
      {expiry === "date" && (
        <TextField
          {...form.register("date", { required: words.keyForm.dateMissing })}
          error={errors.date?.message}
          label={words.keyForm.date}
          max={dayOf(options.max_expires_in_days - 1)}
          min={dayOf(0)}
          type="date"
        />
      )}
    </div>
  );
};
