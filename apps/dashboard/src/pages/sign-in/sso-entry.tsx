import { useMutation, useQuery } from "@tanstack/react-query";
import { callAccount, methodsQuery } from "../../accounts.ts";
import { explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** The way in by the OpenID provider, where there is one. `next` is a way within these pages. */
export const SsoEntry = ({ next = "/" }: { readonly next?: string | undefined }) => {
  const { data } = useQuery(methodsQuery);
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => callAccount("POST /sign-in/sso", { return_to: `/dashboard${next}` }),
    onSuccess: ({ url }) => {
      // Nothing but an address of the web is gone to, whoever answered.
      if (/^https?:\/\//.test(url)) window.location.assign(url);
    },
  });
  if (data?.sso == null) return null;
  return (
    <>
      <div
        aria-hidden="true"
        className="flex items-center gap-3 text-quiet text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
      >
        {words.signIn.or}
      </div>
      {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
      <Button isBusy={isPending || isSuccess} onClick={() => mutate()}>
        {say(words.signIn.sso, { label: data.sso.label })}
      </Button>
    </>
  );
};

interface SsoFailureProps {
  readonly code: string;
  readonly requestId: string | undefined;
}

/** Why the browser was sent back. The code is one of a list: a stranger's link can put no words of its own here. */
export const SsoFailure = ({ code, requestId }: SsoFailureProps) => {
  const known: Readonly<Record<string, string>> = words.signIn.ssoErrors;
  return (
    <Notice tone="danger">
      {known[code] ?? words.signIn.ssoFailed}
      {requestId !== undefined && <span className="mt-1 block font-mono text-xs">{say(words.signIn.ssoReference, { id: requestId })}</span>}
    </Notice>
  );
};
