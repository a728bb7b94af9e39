import type { Tenant } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { api, queryClient, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** Suspends a tenant, which has to be meant; or makes it active again, which needs no typing. */
export const StatusDialog = ({ tenant, onClose }: { readonly tenant: Tenant; readonly onClose: () => void }) => {
  const toast = useToast();
  const isActive = tenant.status === "active";
  const { name } = tenant;
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("update-tenant", { params: { tenant_id: tenant.id }, body: { status: isActive ? "suspended" : "active" } }),
    onSuccess: (saved) => {
      void refresh("list-tenants");
      void queryClient.invalidateQueries({ queryKey: ["me"] });
      toast({ text: "enforced" in saved ? words.tenants.pending : say(isActive ? words.tenants.suspended : words.tenants.activated, { name }) });
      onClose();
    },
  });
  return (
    <Confirm
      action={isActive ? words.tenants.suspend : words.tenants.activate}
      error={error === null ? undefined : explain(error)}
      isBusy={isPending}
      isDangerous={isActive}
      onClose={onClose}
      onConfirm={() => mutate()}
      title={isActive ? say(words.tenants.suspendTitle, { name }) : say(words.tenants.activateTitle, { name })}
      typed={isActive ? name : undefined}
    >
      <p>{isActive ? words.tenants.suspendText : words.tenants.activateText}</p>
    </Confirm>
  );
};
