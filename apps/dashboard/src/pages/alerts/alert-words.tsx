import type { Alert, AlertRule } from "@keywright/contract";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

const severityTones: Readonly<Record<Alert["severity"], Tone>> = { low: "quiet", medium: "warn", high: "danger", critical: "danger" };
const stateTones: Readonly<Record<Alert["state"], Tone>> = { open: "danger", acknowledged: "accent", ended: "quiet" };

export const SeverityBadge = ({ severity }: Pick<Alert, "severity">) => <Badge tone={severityTones[severity]}>{words.alerts.severities[severity]}</Badge>;
export const StateBadge = ({ state }: Pick<Alert, "state">) => <Badge tone={stateTones[state]}>{words.alerts.states[state]}</Badge>;

const units = words.alerts.units;

/** A number in the unit of a threshold: "80 %", "3 days". */
export const inUnit = (count: number, unit: string | undefined): string => (isUnit(unit) ? say(units[unit], { count }) : say("{count}", { count }));

const isUnit = (unit: string | undefined): unit is keyof typeof units => unit !== undefined && unit in units;

/** The unit of what an alert's value is compared with: that of its rule's first threshold. */
export const unitOf = (rule: AlertRule | undefined): string | undefined => Object.values(rule?.limits ?? {})[0]?.unit;
