import type { MemberRole } from "@keywright/contract";
import { useId } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";
import { FieldError } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";

interface RoleChoiceProps {
  readonly roles: readonly MemberRole[];
  readonly field: UseFormRegisterReturn;
  readonly error: string | undefined;
}

/** One of the roles, each with a line on what it may do. */
export const RoleChoice = ({ roles, field, error }: RoleChoiceProps) => {
  const id = useId();
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-sm">{words.members.role}</legend>
      {roles.map((role) => (
        <label
          className="flex items-start gap-2.5 rounded-lg border border-line px-3 py-2.5 hover:bg-hover has-checked:border-accent has-checked:bg-accent-ground"
          htmlFor={`${id}-${role}`}
          key={role}
        >
          <input {...field} aria-describedby={`${id}-${role}-text`} className="mt-0.5 size-4 shrink-0" id={`${id}-${role}`} type="radio" value={role} />
          <span className="min-w-0">
            <span className="block font-medium text-sm">{words.roles[role]}</span>
            <span className="block text-quiet text-xs" id={`${id}-${role}-text`}>
              {words.roleTexts[role]}
            </span>
          </span>
        </label>
      ))}
      <FieldError text={error} />
    </fieldset>
  );
};
