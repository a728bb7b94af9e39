import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { later } from "../later.ts";
import type { ShownToast } from "./toast-list.tsx";

export type ToastTone = "good" | "danger";

export interface ToastNote {
  readonly text: string;
  readonly tone?: ToastTone;
}

type ShowToast = (note: ToastNote) => void;

const ToastContext = createContext<ShowToast>(() => {});

/** Says in a corner that something was done. What needs an answer is a dialog; what failed stands where it failed. */
export const useToast = (): ShowToast => useContext(ToastContext);

const maxShown = 3;

const list = later(() => import("./toast-list.tsx"));

export const ToastProvider = ({ children }: { readonly children: ReactNode }) => {
  const [shown, setShown] = useState<readonly ShownToast[]>([]);
  const part = list.use();
  const show = useCallback<ShowToast>((note) => {
    void list.load();
    setShown((before) => [...before.slice(1 - maxShown), { ...note, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const hide = useCallback((id: number) => setShown((before) => before.filter((one) => one.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      {part !== undefined && <part.ToastList onGone={hide} shown={shown} />}
    </ToastContext>
  );
};
