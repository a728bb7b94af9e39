import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { takeLinkToken } from "../../link-token.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { Front } from "../sign-in/front.tsx";
import { ToSignIn } from "./to-sign-in.tsx";

/** Where the link of a mail leads that was asked for because the password is lost. */
export const ResetPage = () => {
  const [token] = useState(takeLinkToken);
  return (
    <Front lead={words.front.resetLead} title={words.front.resetTitle}>
      {token === undefined ? (
        <>
          <Notice tone="warn">{words.front.noToken}</Notice>
          <ToSignIn />
        </>
      ) : (
        <ResetForm token={token} />
      )}
    </Front>
  );
};

const ResetForm = ({ token }: { readonly token: string }) => {
  const navigate = useNavigate();
  const toast = useToast();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { new_password: "" },
    places: { new_password: "new_password" },
    send: ({ new_password }: { new_password: string }) => callAccount("POST /reset-password", { token, new_password }),
    onDone: () => {
      toast({ text: words.front.resetDone });
      void navigate({ to: "/sign-in", search: {}, replace: true });
    },
  });
  return (
    <form className="grid gap-4" noValidate onSubmit={submit}>
      <TextField
        {...form.register("new_password", { required: words.front.required })}
        autoComplete="new-password"
        error={form.formState.errors.new_password?.message}
        hint={words.signIn.chosenHint}
        label={words.signIn.chosen}
        type="password"
      />
      {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      <Button isBusy={isBusy} look="primary" type="submit">
        {words.front.resetSubmit}
      </Button>
    </form>
  );
};
