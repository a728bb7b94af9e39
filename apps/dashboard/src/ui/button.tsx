import { Loader } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode } from "react";

export type ButtonLook = "primary" | "plain" | "ghost" | "danger";

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: "bg-primary text-primary-ink hover:bg-primary-hover shadow-lift",
  plain: "bg-surface text-ink border border-line hover:bg-hover shadow-lift",
  ghost: "text-quiet hover:bg-hover hover:text-ink",
  danger: "bg-danger text-danger-ink hover:bg-danger-hover shadow-lift",
};

/** The look of a button, for links that are one to the eye. */
export const buttonClass = (look: ButtonLook = "plain", extra = "px-3 py-1.5"): string =>
  `inline-flex min-h-9 items-center justify-center gap-2 whitespace-nowrap rounded-lg text-sm font-medium transition-colors disabled:opacity-60 ${looks[look]} ${extra}`;

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  /** Its work is under way: it stays where it is, and does nothing when pressed again. */
  readonly isBusy?: boolean;
  readonly icon?: ReactNode;
  /** A square with a picture alone. */
  readonly isIconOnly?: boolean;
}

export const Button = ({ look, isBusy = false, icon, isIconOnly = false, children, className = "", onClick, type = "button", ...rest }: ButtonProps) => (
  <button
    {...rest}
    // A busy button keeps the focus, which `disabled` would take away.
    aria-disabled={isBusy || undefined}
    className={buttonClass(look, `${isIconOnly ? "size-9 shrink-0" : "px-3 py-1.5"} ${className}`)}
    onClick={isBusy ? (event) => event.preventDefault() : onClick}
    type={type}
  >
    {isBusy ? <Loader aria-hidden className="size-4 animate-spin" /> : icon}
    {children}
  </button>
);

interface IconButtonProps extends Omit<ButtonProps, "children" | "icon" | "isIconOnly"> {
  /** What it does: its name for whoever does not see it. */
  readonly label: string;
  readonly children: ReactNode;
}

export const IconButton = ({ label, children, className = "", look = "ghost", ...rest }: IconButtonProps) => (
  <Button {...rest} aria-label={label} className={className} isIconOnly look={look} title={label}>
    {children}
  </Button>
);
