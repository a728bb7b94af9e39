import { useState } from "react";
import { type Account, callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { CheckBox, TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";

interface CodeFormProps {
  readonly onSignedIn: (account: Account) => void;
  readonly onBack: () => void;
}

/** The second factor: six digits of the app, or a recovery code. */
export const CodeForm = ({ onSignedIn, onBack }: CodeFormProps) => {
  const [isRecovery, setRecovery] = useState(false);
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { code: "", trust_device: false },
    places: { code: "code" },
    send: ({ code, trust_device }: { code: string; trust_device: boolean }) =>
      callAccount(isRecovery ? "POST /two-factor/verify-backup-code" : "POST /two-factor/verify-totp", { code: code.replaceAll(" ", ""), trust_device }),
    onDone: ({ account }) => onSignedIn(account),
  });
  const swap = (): void => {
    form.reset();
    setRecovery(!isRecovery);
  };
  return (
    <form className="grid gap-4" noValidate onSubmit={submit}>
      <TextField
        {...form.register("code", { required: words.signIn.required })}
        autoCapitalize="none"
        autoComplete="one-time-code"
        autoFocus
        className="font-mono tracking-widest"
        error={form.formState.errors.code?.message}
        hint={isRecovery ? words.signIn.recoveryLead : words.signIn.codeLead}
        inputMode={isRecovery ? "text" : "numeric"}
        label={isRecovery ? words.signIn.recovery : words.signIn.code}
        spellCheck={false}
      />
      <CheckBox {...form.register("trust_device")} label={words.signIn.trust} />
      {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      <Button isBusy={isBusy} look="primary" type="submit">
        {words.signIn.codeSubmit}
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button look="ghost" onClick={onBack}>
          {words.signIn.startOver}
        </Button>
        <Button look="ghost" onClick={swap}>
          {isRecovery ? words.signIn.useApp : words.signIn.useRecovery}
        </Button>
      </div>
    </form>
  );
};
