import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Account, callAccount, sessionQuery } from "../../accounts.ts";
import { api, queryClient, tenantChoice } from "../../api.ts";
import { takeLinkToken } from "../../link-token.ts";
import { explain } from "../../problem.ts";
import { remember } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { Front } from "../sign-in/front.tsx";
import { SignInForm } from "../sign-in/sign-in-form.tsx";
import { SignUpForm } from "./sign-up-form.tsx";
import { ToSignIn } from "./to-sign-in.tsx";

/** Where the link of an invitation leads. Whoever is signed in accepts it; whoever is not signs in, or opens an account. */
export const InvitationPage = () => {
  const [token] = useState(takeLinkToken);
  const session = useQuery(sessionQuery);
  return (
    <Front lead={words.front.inviteLead} title={words.front.inviteTitle}>
      {token === undefined ? (
        <>
          <Notice tone="warn">{words.front.noToken}</Notice>
          <ToSignIn />
        </>
      ) : (
        <Loaded query={session} rows={1}>
          {({ account }) => (account === null ? <Entry token={token} /> : <Accept account={account} token={token} />)}
        </Loaded>
      )}
    </Front>
  );
};

const signedIn = (): Promise<void> => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });

const Entry = ({ token }: { readonly token: string }) => {
  const [isNew, setNew] = useState(true);
  return (
    <>
      <fieldset className="grid grid-cols-2 rounded-lg border border-line p-0.5">
        <legend className="sr-only">{words.front.inviteTitle}</legend>
        <Way isChosen={isNew} label={words.front.openAccount} onChoose={() => setNew(true)} />
        <Way isChosen={!isNew} label={words.front.haveAccount} onChoose={() => setNew(false)} />
      </fieldset>
      {isNew ? <SignUpForm onDone={() => void signedIn()} token={token} /> : <SignInForm onSignedIn={() => void signedIn()} />}
    </>
  );
};

interface WayProps {
  readonly label: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

const Way = ({ label, isChosen, onChoose }: WayProps) => (
  <label className="rounded-md px-2 py-1.5 text-center text-quiet text-sm has-checked:bg-hover has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent">
    <input checked={isChosen} className="sr-only" name="way" onChange={onChoose} type="radio" />
    {label}
  </label>
);

const Accept = ({ account, token }: { readonly account: Account; readonly token: string }) => {
  const navigate = useNavigate();
  const toast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => api.call("accept-invitation", { body: { token } }),
    onSuccess: async ({ tenant_id: tenantId }) => {
      toast({ text: words.front.accepted });
      remember.write("tenant", tenantId);
      tenantChoice.write(tenantId);
      queryClient.removeQueries({ queryKey: ["me"] });
      await navigate({ to: "/", replace: true });
    },
  });
  const leave = async (): Promise<void> => {
    await callAccount("POST /sign-out", {}).catch(() => {});
    await signedIn();
  };
  return (
    <div className="grid gap-4">
      <p className="break-words text-sm">{say(words.front.acceptAs, { email: account.email })}</p>
      {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
      <Button isBusy={isPending} look="primary" onClick={() => mutate()}>
        {words.front.accept}
      </Button>
      <Button look="ghost" onClick={() => void leave()}>
        {words.front.other}
      </Button>
    </div>
  );
};
