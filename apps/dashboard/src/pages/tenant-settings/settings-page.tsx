import type { EndpointReply } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, refresh } from "../../api.ts";
import { useMe, useTenant } from "../../me.ts";
import { codeOf, explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { CheckBox } from "../../ui/field.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader, Section } from "../../ui/page-header.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";

type Settings = EndpointReply<"get-settings">;
type Scopes = EndpointReply<"get-key-options">["catalogue"];

/** What the tenant's owners have decided. */
export const SettingsPage = () => {
  const tenant = useTenant();
  const settings = useQuery(read("get-settings", { query: tenant }));
  const options = useQuery(read("get-key-options", { query: tenant }));
  return (
    <>
      <PageHeader description={words.tenantSettings.lead} title={words.tenantSettings.title} />
      <div className="grid max-w-3xl gap-6">
        <Loaded query={settings}>
          {(chosen) => <Loaded query={options}>{({ catalogue }) => <ScopesForm key={chosen.revision} scopes={catalogue} settings={chosen} />}</Loaded>}
        </Loaded>
      </div>
    </>
  );
};

/** Which scopes developers may grant: all that their role can, or those that are ticked. */
const ScopesForm = ({ settings, scopes }: { readonly settings: Settings; readonly scopes: Scopes }) => {
  const { can } = useMe();
  const { save, isBusy, failure } = useSave(settings);
  const [chosen, setChosen] = useState<readonly string[] | null>(settings.developer_scopes);
  const mayWrite = can("settings:write");
  const names = [...new Set([...scopes.map(({ name }) => name), ...(settings.developer_scopes ?? [])])];
  const textOf = (name: string): string | undefined => scopes.find((scope) => scope.name === name)?.description;
  const tick = (name: string, isOn: boolean): void => setChosen(isOn ? [...(chosen ?? []), name] : (chosen ?? []).filter((one) => one !== name));
  return (
    <Section title={words.tenantSettings.developerScopes}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save(chosen);
        }}
      >
        <p className="text-quiet text-sm">{words.tenantSettings.developerScopesLead}</p>
        <fieldset className="grid gap-3" disabled={!mayWrite}>
          <legend className="sr-only">{words.tenantSettings.developerScopes}</legend>
          <Option isChosen={chosen === null} label={words.tenantSettings.all} onChoose={() => setChosen(null)} />
          <Option isChosen={chosen !== null} label={words.tenantSettings.some} onChoose={() => setChosen(chosen ?? names)} />
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
        </fieldset>
        {!mayWrite && <Notice>{words.tenantSettings.readOnly}</Notice>}
        {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        {mayWrite && (
          <div>
            <Button isBusy={isBusy} look="primary" type="submit">
              {words.common.save}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
};

interface OptionProps {
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

const Option = ({ label, isChosen, onChoose }: OptionProps) => (
  <label className="flex items-center gap-2.5 text-sm">
    <input checked={isChosen} className="size-4 shrink-0" name="developer-scopes" onChange={onChoose} type="radio" />
    {label}
  </label>
);

/** Saves for the state that was shown: what somebody else has changed meanwhile is not overwritten. */
const useSave = (settings: Settings) => {
  const tenant = useTenant();
  const toast = useToast();
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly failure?: string }>({ isBusy: false });
  const save = async (chosen: readonly string[] | null): Promise<void> => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    try {
      const body = { ...tenant, developer_scopes: chosen === null ? null : [...chosen] };
      const saved = await api.call("update-settings", { body, ifMatch: `"${settings.revision}"` });
      toast({ text: "enforced" in saved ? words.tenantSettings.pending : words.tenantSettings.saved });
      setState({ isBusy: false });
    } catch (error) {
      setState({ isBusy: false, failure: codeOf(error) === "PRECONDITION_FAILED" ? words.tenantSettings.changed : explain(error) });
    }
    void refresh("get-settings", "get-key-options");
  };
  return { save, ...state, failure: state.failure };
};
