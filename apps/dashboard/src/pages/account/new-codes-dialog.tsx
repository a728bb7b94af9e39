import { useState } from "react";
import { callAccount } from "../../accounts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { words } from "../../words/words.ts";
import { PasswordForm } from "./password-form.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

/** The old ones no longer work once the new ones are shown. */
export const NewCodesDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [codes, setCodes] = useState<readonly string[] | undefined>();
  if (codes !== undefined) {
    return (
      <Dialog description={words.account.codesLead} onClose={onClose} size="small" title={words.account.codesTitle}>
        <RecoveryCodes codes={codes} onKept={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog description={words.account.confirmLead} onClose={onClose} size="small" title={words.account.confirmTitle}>
      <PasswordForm<{ readonly recovery_codes: readonly string[] }>
        action={words.account.goOn}
        onClose={onClose}
        onDone={({ recovery_codes: made }) => setCodes(made)}
        send={(password) => callAccount("POST /two-factor/generate-backup-codes", { password })}
      />
    </Dialog>
  );
};
