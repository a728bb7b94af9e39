import { type AlertRuleId, alertRule } from "@keywright/contract";
import { newId } from "../ids.ts";
import type { Alert, AlertMute, AlertSettings, AlertTopic } from "../model/alert.ts";
import type { AlertCursors } from "../ports/alert-store.ts";
import type { Store, Stores } from "../ports/store.ts";
import { type AlertStep, decideAlert } from "../rules/alert-decision.ts";
import { type EffectiveRule, effectiveRule, firstThreshold, levelsOf, thresholdOf } from "./effective-rule.ts";
import { type EngineState, type Measure, type MeasureRequest, measureAgain, measureAll } from "./measure-alerts.ts";
import { endChannels, startChannels, type TellDeps, tellAlert } from "./tell-alert.ts";

export interface EvaluateDeps extends TellDeps {
  readonly store: Store;
}

export interface Evaluation {
  readonly started: number;
  readonly ended: number;
}

const everyMs = 60_000;
/** Timers of processes are a little apart: a pass that comes so early is one. */
const earlyShare = 0.1;
const openPerPass = 2_000;
const perTransaction = 100;

/**
 * Looks at what the rules look at, once a minute, whichever process does it first, and starts and ends alerts, each with what is told of it in one
 * transaction. All sums are there anyway; each look is bounded, and goes on in the next pass where it has stopped. undefined: it is not time yet.
 */
export const evaluateAlerts = async (deps: EvaluateDeps, engines: readonly EngineState[], intervalMs = everyMs): Promise<Evaluation | undefined> => {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  const cursors = await store.alerts.beginPass(nowMs, Math.ceil(intervalMs * (1 - earlyShare)));
  if (cursors === undefined) return undefined;
  const chosen = await store.alertRules.lowestThresholds();
  const request: MeasureRequest = { facts: store.alertFacts, nowMs, engines, lowestOf: (rule) => lowestOf(rule, chosen) };
  const { measures, next } = await measureAll(request, cursors);
  const open = await store.alerts.listOpen({ limit: openPerPass, after: cursors["open"] ?? null });
  const again = await measureAgain(request, open.items);
  const changes = await decideAll(deps, { measures: [...measures, ...again], open: open.items, nowMs });
  for (let at = 0; at < changes.length; at += perTransaction)
    await store.transaction(async (stores) => {
      for (const change of changes.slice(at, at + perTransaction)) await applyChange(deps, stores, change);
    });
  await store.alerts.endPass({ ...next, ...(open.after !== null && { open: open.after }) } satisfies AlertCursors);
  const count = (wanted: AlertStep) => changes.filter(({ step }) => step === wanted).length;
  return { started: count("start"), ended: count("end") };
};

const lowestOf = (rule: AlertRuleId, chosen: Partial<Record<AlertRuleId, number>>): number => {
  const own = alertRule(rule).thresholds[firstThreshold(rule)]?.default ?? 0;
  return Math.min(own, chosen[rule] ?? own);
};

interface Change {
  readonly step: AlertStep;
  readonly topic: AlertTopic;
  readonly measure: Measure | undefined;
  readonly standing: Alert | undefined;
  readonly effective: EffectiveRule;
  readonly isMuted: boolean;
  /** When it was measured: what is written later, by a clock that may be moved meanwhile, was seen then. */
  readonly nowMs: number;
}

interface Seen {
  readonly measures: readonly Measure[];
  readonly open: readonly Alert[];
  readonly nowMs: number;
}

const nameOf = ({ rule, tenantId, subjectId }: AlertTopic): string => JSON.stringify([rule, tenantId, subjectId]);
const topicOf = ({ rule, tenantId, subjectType, subjectId }: AlertTopic): AlertTopic => ({ rule, tenantId, subjectType, subjectId });

/** What changes; the settings and mutes of whom it is about are read once. */
const decideAll = async (deps: EvaluateDeps, { measures, open, nowMs }: Seen): Promise<readonly Change[]> => {
  const { store } = deps;
  const byName = new Map(measures.map((measure) => [nameOf(measure), measure]));
  const openByName = new Map(open.map((alert) => [nameOf(alert), alert]));
  const settings = await settingsBy(store, [...measures, ...open]);
  const effectiveOf = (topic: AlertTopic): EffectiveRule => effectiveRule(topic, settings.get(JSON.stringify([topic.rule, topic.tenantId])));
  const hot = [...byName.values()].filter((measure) => !openByName.has(nameOf(measure)) && couldStart(effectiveOf(measure), measure));
  const latest = new Map((await latestOf(store, hot)).map((alert) => [nameOf(alert), alert]));
  const topics = [...open, ...hot].map(topicOf);
  const mutes = await mutesBy(store, topics, nowMs);
  return topics.flatMap((topic): readonly Change[] => {
    const [name, effective] = [nameOf(topic), effectiveOf(topic)];
    const measure = byName.get(name);
    const standing = openByName.get(name) ?? latest.get(name);
    const step = decideAlert({ levels: levelsOf(effective), standing, value: judgedValue(effective, measure), nowMs });
    const isMuted = (effective.mutedUntilMs ?? 0) > nowMs || (mutes.get(topic.subjectId) ?? []).some((mute) => covers(mute, topic));
    return step === "nothing" ? [] : [{ step, topic, measure, standing, effective, isMuted, nowMs }];
  });
};

const covers = (mute: AlertMute, { tenantId, rule }: AlertTopic): boolean => mute.tenantId === tenantId && (mute.rule === null || mute.rule === rule);

/** What a rule says nothing of is as good as nothing. */
const judgedValue = ({ thresholds }: EffectiveRule, measure: Measure | undefined): number | undefined => {
  if (measure?.requests !== undefined && measure.requests < (thresholds["requests"] ?? 0)) return undefined;
  return measure?.value;
};

const couldStart = (effective: EffectiveRule, measure: Measure): boolean => {
  const applies = measure.tenantId === null ? alertRule(measure.rule).of !== "tenants" : alertRule(measure.rule).of !== "operators";
  return applies && decideAlert({ levels: levelsOf(effective), standing: undefined, value: judgedValue(effective, measure), nowMs: 0 }) === "start";
};

const atOnce = 500;

const inParts = async <T, R>(items: readonly T[], ask: (part: readonly T[]) => Promise<readonly R[]>): Promise<readonly R[]> => {
  const found: R[] = [];
  for (let at = 0; at < items.length; at += atOnce) found.push(...(await ask(items.slice(at, at + atOnce))));
  return found;
};

const settingsBy = async (store: Store, topics: readonly AlertTopic[]): Promise<ReadonlyMap<string, AlertSettings>> => {
  const tenantIds = [...new Set(topics.map(({ tenantId }) => tenantId))];
  const found = await inParts(tenantIds, (part) => store.alertRules.settingsOf(part));
  return new Map(found.map((one) => [JSON.stringify([one.rule, one.tenantId]), one]));
};

const latestOf = (store: Store, topics: readonly AlertTopic[]): Promise<readonly Alert[]> => inParts(topics, (part) => store.alerts.latest(part.map(topicOf)));

const mutesBy = async (store: Store, topics: readonly AlertTopic[], nowMs: number): Promise<ReadonlyMap<string, readonly AlertMute[]>> => {
  const ids = [...new Set(topics.map(({ subjectId }) => subjectId))];
  const found = await inParts(ids, (part) => store.alertRules.mutesOf(part, nowMs));
  const mutes = new Map<string, AlertMute[]>();
  for (const mute of found) mutes.set(mute.subjectId, [...(mutes.get(mute.subjectId) ?? []), mute]);
  return mutes;
};

const applyChange = async (deps: EvaluateDeps, stores: Stores, change: Change): Promise<void> => {
  if (change.step === "start") return startAlert(deps, stores, change);
  const alert = change.standing === undefined ? undefined : await stores.alerts.lock(change.standing.id);
  if (alert === undefined || alert.endedAtMs !== null) return;
  await (change.step === "end" ? endAlert(deps, stores, { change, alert }) : goOn(stores, { change, alert }));
};

const startAlert = async (deps: EvaluateDeps, stores: Stores, { topic, measure, effective, isMuted, nowMs }: Change): Promise<void> => {
  if (measure === undefined) return;
  const { isEvent, isMail, slackId } = startChannels(effective);
  const alert: Alert = {
    id: newId(deps.random, "alr"),
    ...topic,
    value: measure.value,
    threshold: thresholdOf(effective),
    detail: measure.detail,
    isMuted,
    isEventTold: isEvent && !isMuted,
    mailDue: isMail && !isMuted ? "start" : "none",
    startedAtMs: nowMs,
    lastSeenAtMs: nowMs,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
  };
  if (!(await stores.alerts.insert(alert)) || isMuted) return;
  await tellAlert(deps, stores, { alert, type: "alert.started", isEvent, slackId });
};

interface Standing {
  readonly change: Change;
  /** Locked. */
  readonly alert: Alert;
}

const goOn = async (stores: Stores, { change, alert }: Standing): Promise<void> => {
  const value = change.measure?.value ?? alert.value;
  const further = alertRule(alert.rule).starts === "above" ? Math.max(alert.value, value) : Math.min(alert.value, value);
  // Where there is no quiet time to be measured, a row that says the same is not written again.
  if (change.effective.quietMinutes === 0 && further === alert.value) return;
  await stores.alerts.update({ ...alert, value: further, lastSeenAtMs: change.nowMs });
};

const endAlert = async (deps: EvaluateDeps, stores: Stores, { change, alert }: Standing): Promise<void> => {
  const { isEvent, isMail, slackId } = endChannels(change.effective, alert);
  const isSilent = alert.isMuted || change.isMuted;
  const due = isMail && !isSilent ? (alert.mailDue === "start" ? "both" : "end") : alert.mailDue;
  const ended: Alert = { ...alert, endedAtMs: change.nowMs, mailDue: due };
  await stores.alerts.update(ended);
  if (!isSilent) await tellAlert(deps, stores, { alert: ended, type: "alert.ended", isEvent, slackId });
};
