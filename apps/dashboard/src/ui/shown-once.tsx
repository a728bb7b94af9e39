import { KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Dialog, DialogBody, DialogFooter } from "./dialog.tsx";
import { inputClass } from "./field.tsx";

interface PlaintextProps {
  readonly text: string;
  readonly label: string;
  readonly copyLabel: string;
  /** What else can be done with it, beside *Copy*. */
  readonly children?: ReactNode;
}

/** A plaintext that is shown once. */
export const Plaintext = ({ text, label, copyLabel, children }: PlaintextProps) => (
  <div className="grid gap-2">
    <label className="font-medium text-sm" htmlFor="plaintext">
      {label}
    </label>
    <div className="flex flex-wrap gap-2">
      <textarea
        autoComplete="off"
        className={`${inputClass} min-w-0 flex-1 basis-72 resize-none break-all font-mono text-sm [field-sizing:content]`}
        data-1p-ignore
        id="plaintext"
        onFocus={(event) => event.target.select()}
        readOnly
        rows={1}
        spellCheck={false}
        value={text}
      />
      <CopyButton label={copyLabel} look="primary" text={text} />
      {children}
    </div>
  </div>
);

interface AskSavedProps {
  readonly words: { readonly askTitle: string; readonly askText: string; readonly askBack: string; readonly askYes: string };
  readonly onBack: () => void;
  readonly onLeave: () => void;
}

/** Before the dialog of a plaintext closes: it cannot be had again. */
export const AskSaved = ({ words, onBack, onLeave }: AskSavedProps) => (
  <Dialog onClose={onBack} size="small" title={words.askTitle}>
    <DialogBody>
      <div className="flex gap-3">
        <KeyRound aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
        <p className="text-quiet text-sm">{words.askText}</p>
      </div>
    </DialogBody>
    <DialogFooter>
      <Button onClick={onBack}>{words.askBack}</Button>
      <Button data-first look="primary" onClick={onLeave}>
        {words.askYes}
      </Button>
    </DialogFooter>
  </Dialog>
);
