import { useState } from "react";
import type { Account } from "../accounts.ts";
import { queryClient, sessionEnded } from "../api.ts";
import { useMe } from "../me.ts";
import { SignInForm } from "../pages/sign-in/sign-in-form.tsx";
import { Dialog, DialogBody } from "../ui/dialog.tsx";
import { words } from "../words/words.ts";

/** Over whatever is on the page, which stays as it is: the session has ended, and goes on where it was. */
export const SignInAgain = () => {
  // Who it was, before the session is asked for anew.
  const [{ id, email }] = useState(useMe().account);
  const onSignedIn = (account: Account): void => {
    // Somebody else finds nothing of what the one before had on the page.
    if (account.id !== id || account.must_change_password) location.reload();
    sessionEnded.write(false);
    void queryClient.invalidateQueries();
  };
  return (
    <Dialog description={words.signIn.againLead} onClose={() => location.reload()} size="small" title={words.signIn.againTitle}>
      <DialogBody>
        <SignInForm email={email} onSignedIn={onSignedIn} />
      </DialogBody>
    </Dialog>
  );
};
