import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { callAccount } from "../../accounts.ts";
import { takeLinkToken } from "../../link-token.ts";
import { explain } from "../../problem.ts";
import { Notice } from "../../ui/notice.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { words } from "../../words/words.ts";
import { Front } from "../sign-in/front.tsx";
import { ToSignIn } from "./to-sign-in.tsx";

/** Where the link of a mail leads by which an address is confirmed. */
export const VerifyPage = () => {
  const [token] = useState(takeLinkToken);
  return (
    <Front lead={words.front.verifyLead} title={words.front.verifyTitle}>
      {token === undefined ? <Notice tone="warn">{words.front.noToken}</Notice> : <Outcome token={token} />}
      <ToSignIn />
    </Front>
  );
};

const Outcome = ({ token }: { readonly token: string }) => {
  const { data, error } = useQuery({ queryKey: ["verify-email"], queryFn: () => callAccount("GET /verify-email", { token }), retry: false, gcTime: 0 });
  if (error !== null) return <Notice tone="danger">{explain(error)}</Notice>;
  return data === undefined ? <Skeleton className="h-10" /> : <Notice tone="good">{words.front.verifyDone}</Notice>;
};
