import type { InputHTMLAttributes } from "react";

/** One of the ways that a setting can be. */
export const Option = ({ label, ...rest }: InputHTMLAttributes<HTMLInputElement> & { readonly label: string }) => (
  <label className="flex items-center gap-2.5 text-sm">
    <input {...rest} className="size-4 shrink-0" type="radio" />
    {label}
  </label>
);
