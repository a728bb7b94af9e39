import type { Alert, AlertRuleId } from "@keywright/contract";
import { words } from "../../words/words.ts";

/** Which part of the page is shown, and the filters, as they stand in the address. */
export interface AlertSearch {
  /** Left out: the alerts themselves. */
  readonly show?: "rules" | "mutes";
  readonly state?: Alert["state"];
  readonly rule?: AlertRuleId;
}

export const alertStates = Object.keys(words.alerts.states) as readonly Alert["state"][];
export const ruleIds = Object.keys(words.alertRuleNames) as readonly AlertRuleId[];

/** What an address says, without what makes no sense in it. */
export const readAlertSearch = ({ show, state, rule }: Readonly<Record<string, unknown>>): AlertSearch => {
  const part = (["rules", "mutes"] as const).find((one) => one === show);
  const knownState = alertStates.find((one) => one === state);
  const knownRule = ruleIds.find((one) => one === rule);
  return { ...(part && { show: part }), ...(knownState && { state: knownState }), ...(knownRule && { rule: knownRule }) };
};
