import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { words } from "../words/words.ts";

export type ToastTone = "good" | "danger";

export interface ToastNote {
  readonly text: string;
  readonly tone?: ToastTone;
}

type ShowToast = (note: ToastNote) => void;

const ToastContext = createContext<ShowToast>(() => {});

/** Says in a corner that something was done. What needs an answer is a dialog; what failed stands where it failed. */
export const useToast = (): ShowToast => useContext(ToastContext);

interface Shown extends ToastNote {
  readonly id: number;
}

const maxShown = 3;

export const ToastProvider = ({ children }: { readonly children: ReactNode }) => {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback<ShowToast>((note) => {
    setShown((before) => [...before.slice(1 - maxShown), { ...note, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const hide = useCallback((id: number) => setShown((before) => before.filter((one) => one.id !== id)), []);
  const list = useMemo(() => shown.map((one) => <ToastLine key={one.id} note={one} onGone={() => hide(one.id)} />), [shown, hide]);
  return (
    <ToastContext value={show}>
      <Toast.Provider duration={6_000} label={words.common.notification} swipeDirection="down">
        {children}
        {list}
        <Toast.Viewport className="fixed end-4 bottom-4 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2 outline-none" label={words.common.notifications} />
      </Toast.Provider>
    </ToastContext>
  );
};

const ToastLine = ({ note, onGone }: { readonly note: ToastNote; readonly onGone: () => void }) => (
  <Toast.Root className="flex items-start gap-2.5 rounded-xl bg-surface p-3 text-sm shadow-float" onOpenChange={(isOpen) => !isOpen && onGone()}>
    {note.tone === "danger" ? (
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
    ) : (
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
    )}
    <Toast.Description className="min-w-0 flex-1 break-words">{note.text}</Toast.Description>
    <Toast.Close aria-label={words.common.close} className="-m-1 rounded-md p-1.5 text-quiet hover:bg-hover hover:text-ink">
      <X aria-hidden className="size-4" />
    </Toast.Close>
  </Toast.Root>
);
