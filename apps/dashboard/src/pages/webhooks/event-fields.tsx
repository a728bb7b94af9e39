import type { UseFormReturn } from "react-hook-form";
import { FieldError } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";
import type { WebhookFormValues } from "./webhook-form.ts";

interface EventFieldsProps {
  readonly form: UseFormReturn<WebhookFormValues>;
  readonly which: WebhookFormValues["which"];
  readonly error: string | undefined;
}

/** All events, or those that are ticked, each with what it tells. */
export const EventFields = ({ form, which, error }: EventFieldsProps) => (
  <fieldset aria-describedby={error === undefined ? undefined : "events-error"} className="grid gap-2.5">
    <legend className="mb-1.5 font-medium text-sm">{words.webhookForm.events}</legend>
    <Choice form={form} label={words.webhookForm.all} value="all" />
    <Choice form={form} label={words.webhookForm.some} value="some" />
    <FieldError id="events-error" text={error} />
    {which === "some" && (
      <div className="grid max-h-64 gap-px overflow-y-auto rounded-lg border border-edge">
        {Object.entries(words.eventTexts).map(([event, text]) => (
          <label className="flex items-start gap-2.5 px-3 py-2 hover:bg-hover" key={event}>
            <input
              {...form.register("events", {
                validate: (events, { which: chosen }) => chosen === "all" || events.length > 0 || words.webhookForm.eventsMissing,
              })}
              className="mt-0.5 size-4 shrink-0"
              type="checkbox"
              value={event}
            />
            <span className="min-w-0">
              <span className="block break-all font-mono text-xs leading-5">{event}</span>
              <span className="block text-quiet text-xs">{text}</span>
            </span>
          </label>
        ))}
      </div>
    )}
  </fieldset>
);

interface ChoiceProps extends Pick<EventFieldsProps, "form"> {
  readonly label: string;
  readonly value: WebhookFormValues["which"];
}

const Choice = ({ form, label, value }: ChoiceProps) => (
  <label className="flex items-center gap-2.5 text-sm">
    <input {...form.register("which")} className="size-4 shrink-0" type="radio" value={value} />
    {label}
  </label>
);
