import { useTenant } from "../../me.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { UsagePanel } from "../api-keys/usage-panel.tsx";

/** How much all keys of the tenant are used. */
export const UsagePage = () => {
  const tenant = useTenant();
  return (
    <>
      <PageHeader description={words.usage.lead} title={words.usage.title} />
      <UsagePanel of={tenant} />
    </>
  );
};
