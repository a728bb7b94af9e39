import type { ReactNode } from "react";

/** One line of a list of facts (`dl`): what it is, and how it is. */
export const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="contents">
    <dt className="text-quiet">{name}</dt>
    <dd className="-mt-2 min-w-0 break-words sm:mt-0">{children}</dd>
  </div>
);
