import type { ReactNode } from "react";
import { Mark } from "../../shell/mark.tsx";
import { words } from "../../words/words.ts";

interface FrontProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** A page for whoever is not signed in: one card in the middle. */
export const Front = ({ title, lead, children }: FrontProps) => (
  <main className="grid min-h-dvh place-content-center px-4 py-10">
    <title>{`${title} · ${words.common.product}`}</title>
    <div className="w-[min(24rem,calc(100vw-2rem))]">
      <div className="mb-6 flex items-center gap-2.5 font-semibold">
        <Mark />
        {words.common.product}
      </div>
      <div className="grid gap-5 rounded-2xl border border-line bg-surface p-6 shadow-lift">
        <div>
          <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
          <p className="mt-1 text-quiet text-sm">{lead}</p>
        </div>
        {children}
      </div>
    </div>
  </main>
);
