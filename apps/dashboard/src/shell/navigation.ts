import type { Permission } from "@keywright/contract";
import { KeyRound, type LucideIcon } from "lucide-react";
import type { AppPath } from "../router.tsx";
import { words } from "../words/words.ts";

export interface NavItem {
  readonly to: AppPath;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Whoever lacks it does not see the line. */
  readonly permission: Permission;
  /** Whether only operators see the line. */
  readonly isForOperators?: true;
}

export interface NavGroup {
  readonly label: string;
  readonly items: readonly NavItem[];
}

/** The lines of the navigation: one for each page that stands by itself. */
export const navigation: readonly NavGroup[] = [
  {
    label: words.shell.developers,
    items: [{ to: "/settings/developers/api-keys", label: words.shell.keys, icon: KeyRound, permission: "keys:read" }],
  },
];
