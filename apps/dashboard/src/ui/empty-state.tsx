import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** What this place is for, and what to do first. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Whether it is all that the page says. */
  readonly isPage?: boolean;
}

export const EmptyState = ({ icon, title, children, action, isPage = false }: EmptyStateProps) => (
  <div className="grid justify-items-center gap-3 rounded-xl border border-line border-dashed bg-surface px-6 py-14 text-center">
    {icon !== undefined && <div className="grid size-11 place-items-center rounded-xl bg-accent-ground text-accent">{icon}</div>}
    {isPage ? <h1 className="font-semibold text-base">{title}</h1> : <h2 className="font-semibold text-base">{title}</h2>}
    {children !== undefined && <div className="max-w-md text-quiet text-sm">{children}</div>}
    {action !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
  </div>
);

/** What to do first, one after the other. */
export const Steps = ({ steps }: { readonly steps: readonly string[] }) => (
  <ol className="mt-4 grid gap-2 text-start">
    {steps.map((step, index) => (
      <li className="flex items-center gap-3" key={step}>
        <span aria-hidden className="grid size-6 shrink-0 place-items-center rounded-full bg-hover font-medium text-ink text-xs">
          {index + 1}
        </span>
        {step}
      </li>
    ))}
  </ol>
);
