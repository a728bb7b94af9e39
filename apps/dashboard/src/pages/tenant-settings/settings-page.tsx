import { useQuery } from "@tanstack/react-query";
import { read } from "../../api.ts";
import { useMe, useTenant } from "../../me.ts";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { RemindersForm } from "./reminders-form.tsx";
import { ScopesForm } from "./scopes-form.tsx";

/** What the tenant's owners have decided. */
export const SettingsPage = () => {
  const tenant = useTenant();
  const { can } = useMe();
  const settings = useQuery(read("get-settings", { query: tenant }));
  const options = useQuery(read("get-key-options", { query: tenant }));
  return (
    <>
      <PageHeader description={words.tenantSettings.lead} title={words.tenantSettings.title} />
      <div className="grid max-w-3xl gap-6">
        {!can("settings:write") && <Notice>{words.tenantSettings.readOnly}</Notice>}
        {/* A form begins anew where its own setting is another, and keeps what is typed where only another one is. */}
        <Loaded query={settings}>
          {(chosen) => (
            <>
              <Loaded query={options}>
                {({ catalogue }) => <ScopesForm key={JSON.stringify(chosen.developer_scopes)} scopes={catalogue} settings={chosen} />}
              </Loaded>
              <RemindersForm key={JSON.stringify(chosen.reminders)} settings={chosen} />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
};
