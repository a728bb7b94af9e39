import { useState } from "react";
import { type Account, callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";
import { CodeForm } from "./code-form.tsx";

interface SignInFormProps {
  /** Where it is known who comes back. */
  readonly email?: string | undefined;
  readonly onSignedIn: (account: Account, password: string) => void;
}

/** Address and password, then the second factor where the account has one. */
export const SignInForm = ({ email, onSignedIn }: SignInFormProps) => {
  const [password, setPassword] = useState<string | undefined>();
  if (password !== undefined) return <CodeForm onBack={() => setPassword(undefined)} onSignedIn={(account) => onSignedIn(account, password)} />;
  return <PasswordForm email={email} onCodeNeeded={setPassword} onSignedIn={onSignedIn} />;
};

const PasswordForm = ({ email = "", onSignedIn, onCodeNeeded }: SignInFormProps & { readonly onCodeNeeded: (password: string) => void }) => {
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { email, password: "" },
    places: { email: "email", password: "password" },
    send: (fields: { email: string; password: string }) => callAccount("POST /sign-in/email", fields),
    onDone: ({ account, two_factor_required: isCodeNeeded }, { password }) => {
      if (isCodeNeeded === true) onCodeNeeded(password);
      else if (account !== undefined) onSignedIn(account, password);
    },
  });
  const { errors } = form.formState;
  const required = words.signIn.required;
  return (
    <form className="grid gap-4" noValidate onSubmit={submit}>
      <TextField
        {...form.register("email", { required })}
        autoComplete="username"
        error={errors.email?.message}
        inputMode="email"
        label={words.signIn.email}
        type="email"
      />
      <TextField
        {...form.register("password", { required })}
        autoComplete="current-password"
        error={errors.password?.message}
        label={words.signIn.password}
        type="password"
      />
      {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      <Button isBusy={isBusy} look="primary" type="submit">
        {words.signIn.submit}
      </Button>
    </form>
  );
};
