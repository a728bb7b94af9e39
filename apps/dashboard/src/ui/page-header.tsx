import type { ReactNode } from "react";
import { words } from "../words/words.ts";

interface PageHeaderProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Above the title: the way back. */
  readonly trail?: ReactNode;
}

export const PageHeader = ({ title, description, actions, trail }: PageHeaderProps) => (
  <header className="mb-6 grid gap-3">
    <title>{`${title} · ${words.common.product}`}</title>
    {trail}
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="wrap-anywhere font-semibold text-xl tracking-tight" id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {description !== undefined && <p className="mt-1 max-w-3xl text-quiet text-sm">{description}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  </header>
);

/** A part of a page with a name of its own. */
export const Section = ({ title, actions, children }: { readonly title: string; readonly actions?: ReactNode; readonly children: ReactNode }) => (
  <section className="rounded-xl border border-line bg-surface shadow-lift">
    <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2.5">
      <h2 className="font-semibold text-sm">{title}</h2>
      {actions}
    </div>
    <div className="p-4">{children}</div>
  </section>
);
