import type { EndpointReply } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "../../problem.ts";
import { CheckBox } from "../../ui/field.tsx";
import { words } from "../../words/words.ts";
import { Option } from "./option.tsx";
import { SettingForm } from "./setting-form.tsx";
import { type Settings, useSave } from "./use-save.ts";

type Scopes = EndpointReply<"get-key-options">["catalogue"];

/** Which scopes developers may grant: all that their role can, or those that are ticked. */
export const ScopesForm = ({ settings, scopes }: { readonly settings: Settings; readonly scopes: Scopes }) => {
  const save = useSave(settings);
  const [chosen, setChosen] = useState<readonly string[] | null>(settings.developer_scopes);
  const { mutate, isPending, error } = useMutation({ mutationFn: () => save({ developer_scopes: chosen === null ? null : [...chosen] }) });
  const names = [...new Set([...scopes.map(({ name }) => name), ...(settings.developer_scopes ?? [])])];
  const textOf = (name: string): string | undefined => scopes.find((scope) => scope.name === name)?.description;
  const tick = (name: string, isOn: boolean): void => setChosen(isOn ? [...(chosen ?? []), name] : (chosen ?? []).filter((one) => one !== name));
  return (
    <SettingForm
      failure={error === null ? undefined : explain(error)}
      isBusy={isPending}
      lead={words.tenantSettings.developerScopesLead}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPending) mutate();
      }}
      title={words.tenantSettings.developerScopes}
    >
      <Option checked={chosen === null} label={words.tenantSettings.all} name="developer-scopes" onChange={() => setChosen(null)} />
      <Option checked={chosen !== null} label={words.tenantSettings.some} name="developer-scopes" onChange={() => setChosen(chosen ?? names)} />
      {chosen !== null && (
        <div className="ms-6.5 grid gap-3">
          {names.map((name) => (
            <CheckBox
              checked={chosen.includes(name)}
              hint={textOf(name)}
              key={name}
              label={<span className="font-mono text-xs">{name}</span>}
              onChange={(event) => tick(name, event.target.checked)}
            />
          ))}
        </div>
      )}
    </SettingForm>
  );
};
