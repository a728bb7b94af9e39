import type { Permission } from "@keywright/contract";
import { Activity, BellRing, Building2, ChartColumn, KeyRound, type LucideIcon, ScrollText, Settings, Users, UsersRound, Webhook } from "lucide-react";
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
    items: [
      { to: "/settings/developers/api-keys", label: words.shell.keys, icon: KeyRound, permission: "keys:read" },
      { to: "/settings/developers/webhooks", label: words.shell.webhooks, icon: Webhook, permission: "webhooks:read" },
      { to: "/settings/developers/alerts", label: words.shell.alerts, icon: BellRing, permission: "alerts:read" },
      { to: "/usage", label: words.shell.usage, icon: ChartColumn, permission: "usage:read" },
    ],
  },
  {
    label: words.shell.organisation,
    items: [
      { to: "/settings/members", label: words.shell.members, icon: Users, permission: "members:read" },
      { to: "/settings/teams", label: words.shell.teams, icon: UsersRound, permission: "teams:read" },
      { to: "/audit-log", label: words.shell.audit, icon: ScrollText, permission: "audit:read" },
      { to: "/settings/developers", label: words.shell.settings, icon: Settings, permission: "settings:read" },
    ],
  },
  {
    label: words.shell.operators,
    items: [
      { to: "/operator/tenants", label: words.shell.tenants, icon: Building2, permission: "tenants:read", isForOperators: true },
      { to: "/operator/alerts", label: words.shell.alerts, icon: BellRing, permission: "alerts:read", isForOperators: true },
      { to: "/operator/webhooks", label: words.shell.webhooks, icon: Webhook, permission: "webhooks:read", isForOperators: true },
      { to: "/operator/system", label: words.shell.system, icon: Activity, permission: "system:read", isForOperators: true },
    ],
  },
];
