import { auditActionIds } from "@keywright/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";
import type { AuditSearch } from "./audit-search.ts";

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (search: AuditSearch) => void;
}

export const AuditFilters = ({ search, onChange }: AuditFiltersProps) => (
  <search className="mb-4 grid grid-cols-2 items-end gap-3 lg:grid-cols-[1.2fr_1fr_1fr_auto_auto_auto]">
    <div className="col-span-2 lg:col-span-1">
      <SelectField label={words.audit.action} onChange={(event) => onChange({ ...search, action: event.target.value })} value={search.action ?? ""}>
        <option value="">{words.audit.anyAction}</option>
        {auditActionIds.map((action) => (
          <option key={action} value={action}>
            {action}
          </option>
        ))}
      </SelectField>
    </div>
    <IdField label={words.audit.actorId} onChoose={(actor) => onChange({ ...search, actor })} value={search.actor ?? ""} />
    <IdField label={words.audit.targetId} onChoose={(target) => onChange({ ...search, target })} value={search.target ?? ""} />
    <TextField label={words.audit.fromDay} onChange={(event) => onChange({ ...search, from: event.target.value })} type="date" value={search.from ?? ""} />
    <TextField label={words.audit.toDay} onChange={(event) => onChange({ ...search, to: event.target.value })} type="date" value={search.to ?? ""} />
    {Object.keys(search).length > 0 && (
      <Button look="ghost" onClick={() => onChange({})}>
        {words.audit.clear}
      </Button>
    )}
  </search>
);

interface IdFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (id: string) => void;
}

/** Asked for once it is whole: with Enter, or when the field is left. */
const IdField = ({ label, value, onChoose }: IdFieldProps) => {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  // "Clear filters", and the way back, change it from outside.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const choose = (event?: FormEvent): void => {
    event?.preventDefault();
    if (text.trim() !== value) onChoose(text);
  };
  return (
    <form onSubmit={choose}>
      <TextField
        autoComplete="off"
        className="font-mono text-xs"
        label={label}
        maxLength={64}
        onBlur={() => choose()}
        onChange={(event) => setText(event.target.value)}
        spellCheck={false}
        value={text}
      />
    </form>
  );
};
