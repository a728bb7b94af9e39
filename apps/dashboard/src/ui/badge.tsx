import type { ReactNode } from "react";

export type Tone = "quiet" | "good" | "warn" | "danger" | "accent";

const tones: Readonly<Record<Tone, string>> = {
  quiet: "bg-hover text-quiet",
  good: "bg-good-ground text-good",
  warn: "bg-warn-ground text-warn",
  danger: "bg-danger-ground text-danger",
  accent: "bg-accent-ground text-accent",
};

/** A word that says what something is; never its colour alone. */
export const Badge = ({ tone = "quiet", children }: { readonly tone?: Tone; readonly children: ReactNode }) => (
  <span className={`inline-flex items-center gap-1 whitespace-nowrap rounded-md px-1.5 py-0.5 font-medium text-xs ${tones[tone]}`}>{children}</span>
);

/** A code-like word: a scope, a hint, an address. */
export const Code = ({ children }: { readonly children: ReactNode }) => (
  <code className="inline-block max-w-full break-all rounded-md bg-hover px-1.5 py-0.5 font-mono text-ink text-xs">{children}</code>
);
