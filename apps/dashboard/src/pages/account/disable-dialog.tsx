import { callAccount } from "../../accounts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { words } from "../../words/words.ts";
import { PasswordForm } from "./password-form.tsx";

interface DisableDialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export const DisableDialog = ({ onDone, onClose }: DisableDialogProps) => (
  <Dialog description={words.account.turnOffLead} onClose={onClose} size="small" title={words.account.turnOffTitle}>
    <PasswordForm
      action={words.account.turnOff}
      look="danger"
      onClose={onClose}
      onDone={onDone}
      send={(password) => callAccount("POST /two-factor/disable", { password })}
    />
  </Dialog>
);
