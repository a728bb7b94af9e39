import { useState } from "react";
import { sessionQuery } from "../../accounts.ts";
import { queryClient } from "../../api.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page-header.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { DisableDialog } from "./disable-dialog.tsx";
import { EnrolDialog } from "./enrol-dialog.tsx";
import { NewCodesDialog } from "./new-codes-dialog.tsx";

type Doing = "enrol" | "disable" | "codes";

/** The second factor of one's own account. */
export const TwoFactorSection = ({ isOn }: { readonly isOn: boolean }) => {
  const [doing, setDoing] = useState<Doing | undefined>();
  const toast = useToast();
  const close = (): void => setDoing(undefined);
  const onChanged = (text: string): void => {
    close();
    toast({ text });
    for (const queryKey of [sessionQuery.queryKey, ["me"]]) void queryClient.invalidateQueries({ queryKey });
  };
  const actions = isOn ? (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setDoing("codes")}>{words.account.newCodes}</Button>
      <Button onClick={() => setDoing("disable")}>{words.account.turnOff}</Button>
    </div>
  ) : (
    <Button look="primary" onClick={() => setDoing("enrol")}>
      {words.account.turnOn}
    </Button>
  );
  return (
    <Section actions={actions} title={words.account.twoFactor}>
      <p className="flex flex-wrap items-center gap-2 text-quiet text-sm">
        <Badge tone={isOn ? "good" : "warn"}>{isOn ? words.account.on : words.account.off}</Badge>
        {isOn ? words.account.onText : words.account.offText}
      </p>
      {doing === "enrol" && <EnrolDialog onClose={close} onDone={() => onChanged(words.account.turnedOn)} />}
      {doing === "disable" && <DisableDialog onClose={close} onDone={() => onChanged(words.account.turnedOff)} />}
      {doing === "codes" && <NewCodesDialog onClose={close} />}
    </Section>
  );
};
