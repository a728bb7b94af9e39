import type { ApiKey } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { api, refresh } from "../../api.ts";
import { codeOf, explain } from "../../problem.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** Switches a key off, or on again. */
export const SwitchDialog = ({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) => {
  const toast = useToast();
  const { id, name, revision } = apiKey;
  const isOn = apiKey.status !== "disabled";
  const change = useMutation({
    mutationFn: () => api.call("update-key", { params: { key_id: id }, body: { enabled: !isOn }, ifMatch: `"${revision}"` }),
    onSuccess: (changed) => {
      toast({ text: "enforced" in changed ? words.keys.pending : say(isOn ? words.keys.disabled : words.keys.enabled, { name }) });
      void refresh("list-keys", "get-key", "list-audit-log");
      onClose();
    },
    onError: () => void refresh("list-keys", "get-key"),
  });
  const failure = change.error === null ? undefined : codeOf(change.error) === "PRECONDITION_FAILED" ? words.keyDetails.changed : explain(change.error);
  return (
    <Confirm
      action={isOn ? words.keys.disable : words.keys.enable}
      error={failure}
      isBusy={change.isPending}
      onClose={onClose}
      onConfirm={() => change.mutate()}
      title={say(isOn ? words.keys.disableTitle : words.keys.enableTitle, { name })}
    >
      <p>{isOn ? words.keys.disableText : words.keys.enableText}</p>
    </Confirm>
  );
};
