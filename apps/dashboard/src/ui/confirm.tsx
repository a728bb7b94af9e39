import { type ReactNode, useState } from "react";
import { words } from "../words/words.ts";
import { Button } from "./button.tsx";
import { Dialog, DialogBody, DialogFooter } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Notice } from "./notice.tsx";

interface ConfirmProps {
  readonly title: string;
  /** What will happen, and when. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly isBusy?: boolean;
  /** What went wrong at the last try. */
  readonly error?: string | undefined;
  /** Must be typed first: for what cannot be undone and is in use. */
  readonly typed?: string | undefined;
  readonly typedLabel?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export const Confirm = ({
  title,
  children,
  action,
  isDangerous = false,
  isBusy = false,
  error,
  typed,
  typedLabel = words.common.typeToConfirm,
  onConfirm,
  onClose,
}: ConfirmProps) => {
  const [text, setText] = useState("");
  const isReady = typed === undefined || text.trim() === typed.trim();
  return (
    <Dialog onClose={onClose} size="small" title={title}>
      <form
        className="contents"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onConfirm();
        }}
      >
        <DialogBody>
          <div className="grid grid-cols-1 gap-3 text-quiet text-sm">{children}</div>
          {typed !== undefined && (
            <TextField
              autoComplete="off"
              label={typedLabel}
              onChange={(event) => setText(event.target.value)}
              placeholder={typed}
              spellCheck={false}
              value={text}
            />
          )}
          {error !== undefined && <Notice tone="danger">{error}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button data-first={isDangerous ? undefined : true} disabled={!isReady} isBusy={isBusy} look={isDangerous ? "danger" : "primary"} type="submit">
            {action}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};
