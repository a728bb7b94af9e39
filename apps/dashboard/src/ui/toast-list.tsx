import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast } from "radix-ui";
import { words } from "../words/words.ts";
import type { ToastNote } from "./toast.tsx";

export interface ShownToast extends ToastNote {
  readonly id: number;
}

interface ToastListProps {
  readonly shown: readonly ShownToast[];
  readonly onGone: (id: number) => void;
}

export const ToastList = ({ shown, onGone }: ToastListProps) => (
  <Toast.Provider duration={6_000} label={words.common.notification} swipeDirection="down">
    {shown.map((one) => (
      <ToastLine key={one.id} note={one} onGone={() => onGone(one.id)} />
    ))}
    <Toast.Viewport className="fixed end-4 bottom-4 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2 outline-none" label={words.common.notifications} />
  </Toast.Provider>
);

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
