import { Outlet } from "@tanstack/react-router";
import { Building2, PowerOff } from "lucide-react";
import { useLive } from "../live.ts";
import { useMe } from "../me.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Notice } from "../ui/notice.tsx";
import { words } from "../words/words.ts";

/** A page about the chosen tenant, or why there is none. Another tenant is another page: nothing of the former one stays. */
export const InTenant = () => {
  const { account, standing, can } = useMe();
  useLive(can("keys:read") ? standing?.tenantId : undefined);
  if (standing === undefined) {
    return (
      <EmptyState icon={<Building2 aria-hidden className="size-5" />} title={words.shell.noTenant}>
        {account.is_operator ? words.shell.noTenantOperator : words.shell.noTenantText}
      </EmptyState>
    );
  }
  if (!standing.isManaged) {
    return (
      <EmptyState icon={<PowerOff aria-hidden className="size-5" />} title={words.shell.switchedOff}>
        {words.shell.switchedOffText}
      </EmptyState>
    );
  }
  return (
    <>
      {standing.isSuspended && (
        <div className="mb-6">
          <Notice tone="warn">{words.shell.suspended}</Notice>
        </div>
      )}
      <Outlet key={standing.tenantId} />
    </>
  );
};
