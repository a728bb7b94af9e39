import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { words } from "../words/words.ts";
import { Button, type ButtonLook } from "./button.tsx";
import { copyText } from "./copy-text.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for whoever does not see what stands beside it. */
  readonly label?: string;
  readonly look?: ButtonLook;
  readonly isIconOnly?: boolean;
  readonly className?: string;
  readonly onCopied?: () => void;
}

const shownMs = 2_000;

export const CopyButton = ({ text, label, look = "plain", isIconOnly = false, className = "", onCopied }: CopyButtonProps) => {
  const [outcome, setOutcome] = useState<"copied" | "failed" | undefined>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text);
    setOutcome(isCopied ? "copied" : "failed");
    if (isCopied) onCopied?.();
  };
  const said = outcome === undefined ? words.common.copy : words.common[outcome];
  return (
    <>
      <Button
        aria-label={label}
        className={className}
        isIconOnly={isIconOnly}
        icon={outcome === "copied" ? <Check aria-hidden className="size-4 text-current" /> : <Copy aria-hidden className="size-4" />}
        look={look}
        onClick={() => void copy()}
        title={label ?? words.common.copy}
      >
        {!isIconOnly && said}
      </Button>
      <span aria-live="polite" className="sr-only">
        {outcome === undefined ? "" : words.common[outcome]}
      </span>
    </>
  );
};
