import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Account } from "../../accounts.ts";
import { queryClient, sessionEnded } from "../../api.ts";
import { words } from "../../words/words.ts";
import { ChangePasswordForm } from "./change-password-form.tsx";
import { Front } from "./front.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { SsoEntry, SsoFailure } from "./sso-entry.tsx";

/** Signing in. An account with a one-time password chooses its own before anything else. */
export const SignInPage = () => {
  const { next, step, error, request_id: requestId } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const [oneTime, setOneTime] = useState<string | undefined>();
  const goOn = async (): Promise<void> => {
    sessionEnded.write(false);
    queryClient.clear();
    await navigate({ to: next ?? "/", replace: true });
  };
  const onSignedIn = (account: Account, password: string): void => {
    if (account.must_change_password) setOneTime(password);
    else void goOn();
  };
  if (oneTime !== undefined || step === "password") {
    return (
      <Front lead={words.signIn.changeLead} title={words.signIn.changeTitle}>
        <ChangePasswordForm current={oneTime} onChanged={() => void goOn()} />
      </Front>
    );
  }
  return (
    <Front lead={words.signIn.lead} title={words.signIn.title}>
      {error !== undefined && <SsoFailure code={error} requestId={requestId} />}
      <SignInForm onSignedIn={onSignedIn} />
      <SsoEntry next={next} />
      <Link className="justify-self-start rounded text-accent text-sm hover:underline" to="/forgot-password">
        {words.front.forgot}
      </Link>
    </Front>
  );
};
