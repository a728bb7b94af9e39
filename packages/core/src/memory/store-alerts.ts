import { type AlertRuleId, type AlertState, alertRuleIds } from "@keywright/contract";
import { firstThreshold } from "../alerts/effective-rule.ts";
import type { Alert, AlertTopic } from "../model/alert.ts";
import type { AlertFilter, AlertRuleStore, AlertStore } from "../ports/alert-store.ts";
import { addRow, pageById, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

const idOf = ({ id }: { readonly id: string }): string => id;
const rising = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
const onlyPass = "pass";

const isSame = (one: AlertTopic, other: AlertTopic): boolean => one.rule === other.rule && one.tenantId === other.tenantId && one.subjectId === other.subjectId;

export const memoryAlerts = ({ read, write }: StoreAccess) =>
  ({
    beginPass: (nowMs, everyMs) =>
      write((state) => {
        const last = state.alertPasses.get(onlyPass);
        if (last !== undefined && Math.abs(nowMs - last.atMs) < everyMs) return undefined;
        const cursors = last?.cursors ?? {};
        state.alertPasses.set(onlyPass, { atMs: nowMs, cursors });
        return cursors;
      }),
    endPass: (cursors) =>
      write((state) => {
        const last = state.alertPasses.get(onlyPass);
        if (last !== undefined) state.alertPasses.set(onlyPass, { ...last, cursors });
      }),
    insert: (alert) =>
      write((state) => {
        if ([...state.alerts.values()].some((other) => other.endedAtMs === null && isSame(other, alert))) return false;
        addRow(state.alerts, alert.id, alert);
        return true;
      }),
    update: (alert) => write((state) => replaceRow(state.alerts, alert.id, alert)),
    find: (id) => read((state) => state.alerts.get(id)),
    lock: (id) => read((state) => state.alerts.get(id)),
    list: (filter, page) => read((state) => pageById(alertsOf(state, filter), idOf, page)),
    latest: (topics) => read((state) => topics.flatMap((topic) => latestOf(state, topic))),
    listOpen: ({ limit, after }) =>
      read((state) => {
        const open = [...state.alerts.values()].filter(({ id, endedAtMs }) => endedAtMs === null && (after === null || id > after)).sort(rising);
        const items = open.slice(0, limit);
        return { items, after: open.length > limit ? (items.at(-1)?.id ?? null) : null };
      }),
    listMailDue: (limit) =>
      read((state) =>
        [...state.alerts.values()]
          .filter(({ mailDue }) => mailDue !== "none")
          .sort((a, b) => (a.tenantId === b.tenantId ? rising(a, b) : (a.tenantId ?? "") < (b.tenantId ?? "") ? -1 : 1))
          .slice(0, limit),
      ),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.alerts.values()].filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < beforeMs).slice(0, limit);
        for (const { id } of old) state.alerts.delete(id);
        return old.length;
      }),
  }) satisfies AlertStore;

const stateOf = ({ endedAtMs, acknowledgedAtMs }: Alert): AlertState => {
  if (endedAtMs !== null) return "ended";
  return acknowledgedAtMs === null ? "open" : "acknowledged";
};

const alertsOf = (state: StoreState, { tenantId, state: wanted, rule, subjectId, fromMs, toMs }: AlertFilter): readonly Alert[] =>
  [...state.alerts.values()]
    .filter((alert) => alert.tenantId === tenantId && (wanted === undefined || stateOf(alert) === wanted) && (rule === undefined || alert.rule === rule))
    .filter((alert) => subjectId === undefined || alert.subjectId === subjectId)
    .filter(({ startedAtMs }) => startedAtMs >= (fromMs ?? startedAtMs) && startedAtMs < (toMs ?? Number.POSITIVE_INFINITY));

const latestOf = (state: StoreState, topic: AlertTopic): readonly Alert[] =>
  [...state.alerts.values()]
    .filter((alert) => isSame(alert, topic))
    .sort((a, b) => (b.endedAtMs ?? Number.POSITIVE_INFINITY) - (a.endedAtMs ?? Number.POSITIVE_INFINITY) || rising(b, a))
    .slice(0, 1);

const settingsName = (tenantId: string | null, rule: AlertRuleId): string => JSON.stringify([tenantId, rule]);

export const memoryAlertRules = ({ read, write }: StoreAccess) =>
  ({
    settingsOf: (tenantIds) => read((state) => [...state.alertSettings.values()].filter(({ tenantId }) => tenantIds.includes(tenantId))),
    saveSettings: (settings) => write((state) => void state.alertSettings.set(settingsName(settings.tenantId, settings.rule), settings)),
    lowestThresholds: () => read(lowestThresholds),
    insertMute: (mute) => write((state) => addRow(state.alertMutes, mute.id, mute)),
    findMute: (id) => read((state) => state.alertMutes.get(id)),
    removeMute: (id) => write((state) => void state.alertMutes.delete(id)),
    listMutes: ({ tenantId, nowMs }, page) =>
      read((state) =>
        pageById(
          mutesIn(state, nowMs).filter((mute) => mute.tenantId === tenantId),
          idOf,
          page,
        ),
      ),
    countMutes: (tenantId, nowMs) => read((state) => mutesIn(state, nowMs).filter((mute) => mute.tenantId === tenantId).length),
    mutesOf: (subjectIds, nowMs) => read((state) => mutesIn(state, nowMs).filter(({ subjectId }) => subjectIds.includes(subjectId))),
    pruneMutes: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.alertMutes.values()].filter(({ untilMs }) => untilMs !== null && untilMs < beforeMs).slice(0, limit);
        for (const { id } of old) state.alertMutes.delete(id);
        return old.length;
      }),
  }) satisfies AlertRuleStore;

const mutesIn = (state: StoreState, nowMs: number) => [...state.alertMutes.values()].filter(({ untilMs }) => untilMs === null || untilMs > nowMs);

const lowestThresholds = (state: StoreState): Partial<Record<AlertRuleId, number>> => {
  const lowest: Partial<Record<AlertRuleId, number>> = {};
  for (const rule of alertRuleIds) {
    const chosen = [...state.alertSettings.values()]
      .filter((one) => one.rule === rule)
      .flatMap(({ choices }) => choices.thresholds?.[firstThreshold(rule)] ?? []);
    if (chosen.length > 0) lowest[rule] = Math.min(...chosen);
  }
  return lowest;
};
