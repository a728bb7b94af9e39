import { useState } from "react";
import { callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";
import { PasswordForm } from "./password-form.tsx";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

interface Offer {
  readonly totp_uri: string;
  readonly recovery_codes: readonly string[];
}

interface EnrolDialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Password, then the app with its first code, then the recovery codes: the factor is on when a code was right. */
export const EnrolDialog = ({ onDone, onClose }: EnrolDialogProps) => {
  const [offer, setOffer] = useState<Offer | undefined>();
  const [isVerified, setVerified] = useState(false);
  if (offer === undefined) {
    return (
      <Dialog description={words.account.confirmLead} onClose={onClose} size="small" title={words.account.confirmTitle}>
        <PasswordForm
          action={words.account.goOn}
          onClose={onClose}
          onDone={setOffer}
          send={(password) => callAccount("POST /two-factor/enable", { password })}
        />
      </Dialog>
    );
  }
  if (!isVerified) {
    return (
      <Dialog description={words.account.scanLead} onClose={onClose} size="small" title={words.account.scanTitle}>
        <ScanForm onClose={onClose} onVerified={() => setVerified(true)} uri={offer.totp_uri} />
      </Dialog>
    );
  }
  return (
    <Dialog description={words.account.codesLead} onClose={onDone} size="small" title={words.account.codesTitle}>
      <RecoveryCodes codes={offer.recovery_codes} onKept={onDone} />
    </Dialog>
  );
};

interface ScanFormProps {
  readonly uri: string;
  readonly onVerified: () => void;
  readonly onClose: () => void;
}

const ScanForm = ({ uri, onVerified, onClose }: ScanFormProps) => {
  const secret = URL.canParse(uri) ? (new URL(uri).searchParams.get("secret") ?? "") : "";
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { code: "" },
    places: { code: "code", CODE_NOT_VALID: "code" },
    send: ({ code }: { code: string }) => callAccount("POST /two-factor/verify-totp", { code: code.replaceAll(" ", "") }),
    onDone: onVerified,
  });
  return (
    <form className="contents" noValidate onSubmit={submit}>
      <DialogBody>
        <QrCode label={words.account.qr} text={uri} />
        <div className="grid gap-1.5">
          <p className="text-quiet text-xs">{words.account.secret}</p>
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 break-all rounded-lg bg-sunken px-3 py-2 font-mono text-xs">{secret}</code>
            <CopyButton isIconOnly label={words.account.secret} text={secret} />
          </div>
        </div>
        <TextField
          {...form.register("code", { required: words.account.codeMissing })}
          autoComplete="one-time-code"
          className="font-mono tracking-widest"
          error={form.formState.errors.code?.message}
          inputMode="numeric"
          label={words.account.code}
        />
        {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button isBusy={isBusy} look="primary" type="submit">
          {words.account.verify}
        </Button>
      </DialogFooter>
    </form>
  );
};
