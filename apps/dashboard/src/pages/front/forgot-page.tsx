import { useState } from "react";
import { callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";
import { Front } from "../sign-in/front.tsx";
import { ToSignIn } from "./to-sign-in.tsx";

/** Asks for a link by mail. Whether there is an account with the address is not told. */
export const ForgotPage = () => {
  const [isSent, setSent] = useState(false);
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { email: "" },
    places: { email: "email" },
    send: (fields: { email: string }) => callAccount("POST /request-password-reset", fields),
    onDone: () => setSent(true),
  });
  return (
    <Front lead={words.front.forgotLead} title={words.front.forgotTitle}>
      {isSent ? (
        <Notice tone="good">{words.front.forgotSent}</Notice>
      ) : (
        <form className="grid gap-4" noValidate onSubmit={submit}>
          <TextField
            {...form.register("email", { required: words.front.required })}
            autoComplete="username"
            error={form.formState.errors.email?.message}
            inputMode="email"
            label={words.signIn.email}
            type="email"
          />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.front.forgotSubmit}
          </Button>
        </form>
      )}
      <ToSignIn />
    </Front>
  );
};
