import type { EndpointBody, EndpointReply } from "@keywright/contract";
import { api, refresh } from "../../api.ts";
import { useTenant } from "../../me.ts";
import { codeOf } from "../../problem.ts";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";

export type Settings = EndpointReply<"get-settings">;
type Change = Omit<EndpointBody<"update-settings">, "tenant_id">;

/** Saves for the state that was shown: what somebody else has changed meanwhile is not overwritten, and shown in the form's place. */
export const useSave = ({ revision }: Settings): ((change: Change) => Promise<void>) => {
  const tenant = useTenant();
  const toast = useToast();
  return async (change) => {
    try {
      const saved = await api.call("update-settings", { body: { ...tenant, ...change }, ifMatch: `"${revision}"` });
      toast({ text: "enforced" in saved ? words.tenantSettings.pending : words.tenantSettings.saved });
    } catch (error) {
      if (codeOf(error) !== "PRECONDITION_FAILED") throw error;
      toast({ text: words.tenantSettings.changed, tone: "danger" });
    }
    void refresh("get-settings", "get-key-options");
  };
};
