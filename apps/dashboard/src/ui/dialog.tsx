import { X } from "lucide-react";
import { type ReactNode, useEffectEvent, useId, useLayoutEffect, useRef } from "react";
import { words } from "../words/words.ts";
import { IconButton } from "./button.tsx";

interface ModalProps {
  readonly labelledBy?: string;
  readonly label?: string;
  readonly className: string;
  /** Escape, and what a phone has for it. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What a dialog is opened for: what is marked so, or its first field. */
const firstFocus = "[data-first], input:not(:disabled), textarea, select";

/**
 * The browser's own modal dialog, open as long as it is rendered: it keeps the focus inside, makes the rest inert, and gives the focus back to
 * whatever had it. It never closes by itself, so that what was typed, or a key that is shown once, is not lost by one stroke.
 */
export const Modal = ({ labelledBy, label, className, onClose, children }: ModalProps) => {
  const ref = useRef<HTMLDialogElement>(null);
  const askToClose = useEffectEvent(onClose);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      askToClose();
    };
    const onCancel = (event: Event): void => {
      if (event.target !== dialog) return;
      event.preventDefault();
      askToClose();
    };
    dialog.addEventListener("keydown", onKey);
    dialog.addEventListener("cancel", onCancel);
    dialog.showModal();
    dialog.querySelector<HTMLElement>(firstFocus)?.focus();
    return () => {
      dialog.removeEventListener("keydown", onKey);
      dialog.removeEventListener("cancel", onCancel);
      dialog.close();
    };
  }, []);
  return (
    <dialog aria-label={label} aria-labelledby={labelledBy} className={className} ref={ref}>
      {children}
    </dialog>
  );
};

interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly size?: "small" | "normal" | "wide";
  readonly onClose: () => void;
  readonly children: ReactNode;
}

const sizes = { small: "sheet sheet-small", normal: "sheet", wide: "sheet sheet-wide" } as const;

export const Dialog = ({ title, description, size = "normal", onClose, children }: DialogProps) => {
  const id = useId();
  return (
    <Modal className={sizes[size]} labelledBy={id} onClose={onClose}>
      <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
        <header className="flex items-start gap-4 px-5 pt-4 pb-3">
          <div className="min-w-0 flex-1 pt-1">
            <h2 className="wrap-anywhere font-semibold text-base leading-6" id={id}>
              {title}
            </h2>
            {description !== undefined && <div className="mt-1 text-quiet text-sm">{description}</div>}
          </div>
          <IconButton className="-me-2" label={words.common.close} onClick={onClose}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </header>
        {children}
      </div>
    </Modal>
  );
};

/** What scrolls where the screen is low. A place that scrolls can be reached by the keyboard. */
export const DialogBody = ({ children, className = "" }: { readonly children: ReactNode; readonly className?: string }) => (
  <div className={`grid min-h-0 grid-cols-1 content-start gap-5 overflow-y-auto px-5 pt-1 pb-5 ${className}`}>{children}</div>
);

export const DialogFooter = ({ children }: { readonly children: ReactNode }) => (
  <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t bg-sunken px-5 py-3">{children}</footer>
);
