import { type KeySortName, keySorts } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { read } from "../../api.ts";
import { useTenant } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { inputClass, Select } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";
import { hasFilters, type KeySearch, usualSort } from "./list-search.ts";
import type { Owners } from "./owners.ts";

interface FiltersProps {
  readonly search: KeySearch;
  readonly owners: Owners;
  readonly onChange: (change: { readonly [Name in keyof KeySearch]?: KeySearch[Name] | undefined }) => void;
  readonly onClear: () => void;
}

export const Filters = ({ search, owners, onChange, onClear }: FiltersProps) => (
  <search className="mb-4 grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
    <SearchBox onSearch={(q) => onChange({ q })} q={search.q ?? ""} />
    <Choice
      label={words.keys.status}
      none={words.keys.anyStatus}
      onChoose={(status) => onChange({ status: status as KeySearch["status"] })}
      options={Object.entries(words.keys.statuses)}
      value={search.status}
    />
    <Choice
      label={words.keys.environment}
      none={words.keys.anyEnvironment}
      onChoose={(environment) => onChange({ environment: environment as KeySearch["environment"] })}
      options={Object.entries(words.keys.environments)}
      value={search.environment}
    />
    <ScopeChoice onChoose={(scope) => onChange({ scope })} value={search.scope} />
    <OwnerChoice onChoose={(owner) => onChange({ owner })} owners={owners} value={search.owner} />
    <Select
      aria-label={words.keys.sort}
      className={choiceClass}
      onChange={({ target }) => onChange({ sort: target.value === usualSort ? undefined : (target.value as KeySortName) })}
      value={search.sort ?? usualSort}
    >
      {keySorts.map((sort) => (
        <option key={sort} value={sort}>
          {words.keys.sorts[sort]}
        </option>
      ))}
    </Select>
    {hasFilters(search) && (
      <Button look="ghost" onClick={onClear}>
        {words.keys.clear}
      </Button>
    )}
  </search>
);

/** Shorter than the pause between two strokes of most people: what is asked too early is called back. */
const pauseMs = 60;

/** Searches once the typing pauses. */
const SearchBox = ({ q, onSearch }: { readonly q: string; readonly onSearch: (q: string | undefined) => void }) => {
  const [text, setText] = useState(q);
  const [shown, setShown] = useState(q);
  // The way back and forward, and "clear", change what is searched for from outside.
  if (shown !== q) {
    setShown(q);
    if (text.trim() !== q) setText(q);
  }
  const search = useEffectEvent(onSearch);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === q) return;
    const timer = setTimeout(() => search(wanted === "" ? undefined : wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <div className="relative col-span-2 min-w-36 flex-1 basis-36">
      <Search aria-hidden className="-translate-y-1/2 pointer-events-none absolute start-3 top-1/2 size-4 text-quiet" />
      <input
        aria-label={words.keys.search}
        className={`${inputClass} w-full ps-9`}
        dir="auto"
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
        placeholder={words.keys.searchShort}
        title={words.keys.search}
        type="search"
        value={text}
      />
    </div>
  );
};

interface ChoiceProps {
  readonly label: string;
  readonly none: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChoose: (value: string | undefined) => void;
}

const choiceClass = "sm:max-w-39.5";

const Choice = ({ label, none, value, options, onChoose }: ChoiceProps) => (
  <Select aria-label={label} className={choiceClass} onChange={({ target }) => onChoose(target.value === "" ? undefined : target.value)} value={value ?? ""}>
    <option value="">{none}</option>
    {options.map(([one, text]) => (
      <option key={one} value={one}>
        {text}
      </option>
    ))}
  </Select>
);

const ScopeChoice = ({ value, onChoose }: Pick<ChoiceProps, "value" | "onChoose">) => {
  const known = useQuery(read("get-key-options", { query: useTenant() })).data?.catalogue.map(({ name }) => name) ?? [];
  const names = value === undefined || known.includes(value) ? known : [...known, value];
  return <Choice label={words.keys.scope} none={words.keys.anyScope} onChoose={onChoose} options={names.map((name) => [name, name] as const)} value={value} />;
};

const OwnerChoice = ({ value, owners, onChoose }: Pick<ChoiceProps, "value" | "onChoose"> & { readonly owners: Owners }) => {
  const { members, teams } = owners;
  if (members.length + teams.length === 0 && value === undefined) return null;
  const isKnown = value === undefined || [...members, ...teams].some(({ id }) => id === value);
  return (
    <Select
      aria-label={words.keys.owner}
      className={choiceClass}
      onChange={({ target }) => onChoose(target.value === "" ? undefined : target.value)}
      value={value ?? ""}
    >
      <option value="">{words.keys.anyOwner}</option>
      {!isKnown && <option value={value}>{value?.startsWith("team_") ? words.keys.aTeam : words.keys.aMember}</option>}
      {teams.length > 0 && <OwnerGroup label={words.keys.teams} people={teams} />}
      {members.length > 0 && <OwnerGroup label={words.keys.members} people={members} />}
    </Select>
  );
};

const OwnerGroup = ({ label, people }: { readonly label: string; readonly people: Owners["members"] }) => (
  <optgroup label={label}>
    {people.map(({ id, name }) => (
      <option key={id} value={id}>
        {name}
      </option>
    ))}
  </optgroup>
);
