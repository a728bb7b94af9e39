import { ChevronDown, CircleAlert } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { words } from "../words/words.ts";

export const inputClass =
  "block min-h-9 rounded-lg border border-edge bg-surface px-3 py-1.5 text-sm text-ink placeholder:text-quiet aria-invalid:border-danger disabled:opacity-60";

interface FieldParts {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  /** Beside the label, at the end of the line. */
  readonly action?: ReactNode;
}

interface Wiring {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

interface FieldProps extends FieldParts {
  readonly children: (wiring: Wiring) => ReactNode;
}

/** A label, its control, a hint, and what is wrong: tied together for whoever does not see them. */
const Field = ({ label, hint, error, isOptional = false, action, children }: FieldProps) => {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label className="font-medium text-sm" htmlFor={id}>
          {label}
          {isOptional && <span className="ms-1.5 font-normal text-quiet">{words.common.optional}</span>}
        </label>
        {action}
      </div>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error === undefined ? undefined : true })}
      {hint !== undefined && (
        <p className="text-quiet text-xs" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`} text={error} />
    </div>
  );
};

export const FieldError = ({ id, text }: { readonly id?: string; readonly text: string | undefined }) =>
  text === undefined ? null : (
    <p className="flex items-start gap-1.5 text-danger text-xs" id={id} role="alert">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );

type Control<Attributes> = FieldParts & Omit<Attributes, "id" | "className"> & { readonly className?: string };

export const TextField = ({ label, hint, error, isOptional, action, className = "", ...rest }: Control<InputHTMLAttributes<HTMLInputElement>>) => (
  <Field {...fieldParts({ label, hint, error, isOptional, action })}>
    {(wiring) => <input {...rest} {...wiring} className={`${inputClass} w-full ${className}`} />}
  </Field>
);

export const TextAreaField = ({ label, hint, error, isOptional, action, className = "", ...rest }: Control<TextareaHTMLAttributes<HTMLTextAreaElement>>) => (
  <Field {...fieldParts({ label, hint, error, isOptional, action })}>
    {(wiring) => <textarea rows={3} {...rest} {...wiring} className={`${inputClass} w-full ${className}`} />}
  </Field>
);

export const SelectField = ({ label, hint, error, isOptional, action, className = "", ...rest }: Control<SelectHTMLAttributes<HTMLSelectElement>>) => (
  <Field {...fieldParts({ label, hint, error, isOptional, action })}>{(wiring) => <Select {...rest} {...wiring} className={className} />}</Field>
);

/** The browser's own list: the one that every keyboard, phone and screen reader knows. */
export const Select = ({ className = "", ...rest }: SelectHTMLAttributes<HTMLSelectElement>) => (
  <span className={`relative block min-w-0 ${className}`}>
    <select {...rest} className={`${inputClass} w-full appearance-none truncate pe-8`} />
    <ChevronDown aria-hidden className="-translate-y-1/2 pointer-events-none absolute end-2.5 top-1/2 size-4 text-quiet" />
  </span>
);

const fieldParts = ({ label, hint, error, isOptional, action }: { [Name in keyof FieldParts]-?: FieldParts[Name] | undefined }): FieldParts => ({
  label: label ?? "",
  ...(hint !== undefined && { hint }),
  ...(error !== undefined && { error }),
  ...(isOptional !== undefined && { isOptional }),
  ...(action !== undefined && { action }),
});

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "id"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** One box to tick, with a line on what it means. */
export const CheckBox = ({ label, hint, className = "", ...rest }: CheckProps) => {
  const id = useId();
  return (
    <div className={`flex items-start gap-2.5 ${className}`}>
      <input {...rest} aria-describedby={hint === undefined ? undefined : `${id}-hint`} className="mt-0.5 size-4 shrink-0" id={id} type="checkbox" />
      <div className="min-w-0">
        <label className="block text-sm" htmlFor={id}>
          {label}
        </label>
        {hint !== undefined && (
          <p className="text-quiet text-xs" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
};
