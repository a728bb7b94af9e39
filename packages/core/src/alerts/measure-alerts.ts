import type { AlertRuleId, AlertSubject, SecurityEventKind } from "@keywright/contract";
import type { Alert, AlertTopic } from "../model/alert.ts";
import type { AlertFacts, KeyAge, KeyQuota, KeyRate, NoticedSum } from "../ports/alert-facts.ts";
import type { AlertCursors } from "../ports/alert-store.ts";
import { monthOf } from "../rules/month.ts";

/** What a rule has measured of a subject. */
export interface Measure extends AlertTopic {
  readonly value: number;
  /** Where the rule wants so much of it, how many requests the value is of. */
  readonly requests?: number;
  readonly detail: string | null;
}

/** An engine that does not do all that it should. */
export interface EngineState {
  readonly name: string;
  readonly minutes: number;
  /** In a few words; no address, no credential. */
  readonly detail: string;
}

export interface MeasureRequest {
  readonly facts: AlertFacts;
  readonly nowMs: number;
  readonly engines: readonly EngineState[];
  /** The lowest first threshold of a rule that anybody has. */
  readonly lowestOf: (rule: AlertRuleId) => number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Of what is counted by subject, so many with the most. */
const mostSubjects = 1_000;
/** Of what is looked at key by key, so many in a pass: a hundred thousand keys take half an hour. */
const keysPerPass = 3_000;

interface NoticedRule {
  readonly kind: SecurityEventKind;
  readonly windowMs: number;
}

const noticedRules: Partial<Record<AlertRuleId, NoticedRule>> = {
  "key.refusals": { kind: "refusals.burst", windowMs: 5 * minuteMs },
  "authentication.failures": { kind: "authentication.failed", windowMs: 5 * minuteMs },
  "key.used_after_revocation": { kind: "key.used_after_revocation", windowMs: 60 * minuteMs },
};

/** What could start an alert, and where the looks that are made in parts go on. */
export const measureAll = async (
  request: MeasureRequest,
  cursors: AlertCursors,
): Promise<{ readonly measures: readonly Measure[]; readonly next: AlertCursors }> => {
  const noticed = await Promise.all(ruleIdsOf(noticedRules).map((rule) => measureNoticed(request, rule)));
  const rates = await measureRates(request);
  const quotas = await quotasFrom(request, { after: cursors["quotas"] ?? null });
  const ages = await agesFrom(request, { after: cursors["ages"] ?? null });
  const next = { ...cursorOf("quotas", quotas.after), ...cursorOf("ages", ages.after) };
  return { measures: [...noticed.flat(), ...rates, ...quotas.measures, ...ages.measures, ...request.engines.map(ofEngine)], next };
};

/** The same of alerts that are open: what is measured of nothing any more is not among the answers. */
export const measureAgain = async (request: MeasureRequest, alerts: readonly Alert[]): Promise<readonly Measure[]> => {
  const idsOf = (...rules: readonly AlertRuleId[]) => [...new Set(alerts.filter(({ rule }) => rules.includes(rule)).map(({ subjectId }) => subjectId))];
  const noticed = await Promise.all(ruleIdsOf(noticedRules).map((rule) => measureNoticed(request, rule, idsOf(rule))));
  const rates = await measureRates(request, idsOf("key.error_rate"));
  const quotas = await quotasFrom(request, { after: null, keyIds: idsOf("key.quota_near", "key.quota_reached") });
  const ages = await agesFrom(request, { after: null, keyIds: idsOf("key.unused", "key.expiring") });
  return [...noticed.flat(), ...rates, ...quotas.measures, ...ages.measures, ...request.engines.map(ofEngine)];
};

const ruleIdsOf = (rules: Partial<Record<AlertRuleId, unknown>>) => Object.keys(rules) as readonly AlertRuleId[];
const cursorOf = (name: string, after: string | null): AlertCursors => (after === null ? {} : { [name]: after });

const measureNoticed = async ({ facts, nowMs, lowestOf }: MeasureRequest, rule: AlertRuleId, subjectIds?: readonly string[]): Promise<readonly Measure[]> => {
  const noticed = noticedRules[rule];
  if (noticed === undefined || subjectIds?.length === 0) return [];
  const least = subjectIds === undefined ? lowestOf(rule) : 1;
  const question = { kind: noticed.kind, fromMs: nowMs - noticed.windowMs, toMs: nowMs + minuteMs, least };
  const sums = await facts.noticed({ ...question, limit: mostSubjects, ...(subjectIds !== undefined && { subjectIds }) });
  return sums.flatMap((sum) => ofNoticed(rule, sum));
};

const subjects: readonly string[] = ["key", "address", "hint"] satisfies readonly AlertSubject[];

const ofNoticed = (rule: AlertRuleId, { tenantId, subjectType, subjectId, count, details }: NoticedSum): readonly Measure[] =>
  subjects.includes(subjectType) ? [{ rule, tenantId, subjectType: subjectType as AlertSubject, subjectId, value: count, detail: wordsOf(details) }] : [];

const maxDetail = 200;

/** Codes that were seen, or an address: both are in the security event too. */
const wordsOf = ({ seen, address }: NoticedSum["details"]): string | null => {
  const words = Array.isArray(seen) ? seen.join(", ") : address;
  return typeof words === "string" ? words.slice(0, maxDetail) : null;
};

const measureRates = async ({ facts, nowMs, lowestOf }: MeasureRequest, keyIds?: readonly string[]): Promise<readonly Measure[]> => {
  if (keyIds?.length === 0) return [];
  const runningMs = nowMs - (nowMs % hourMs);
  const beforePerMille = 1_000 - Math.floor(((nowMs - runningMs) * 1_000) / hourMs);
  const least = keyIds === undefined ? { leastRequests, leastPercent: lowestOf("key.error_rate") } : { leastRequests: 1, leastPercent: 0 };
  const rates = await facts.rates({ hourMs: runningMs, beforePerMille, ...least, limit: mostSubjects, ...(keyIds !== undefined && { keyIds }) });
  return rates.map(ofRate);
};

/** As few as anybody may choose. */
const leastRequests = 10;

const ofRate = ({ tenantId, keyId, requests, refused }: KeyRate): Measure => ({
  rule: "key.error_rate",
  tenantId,
  subjectType: "key",
  subjectId: keyId,
  value: requests === 0 ? 0 : Math.floor((100 * refused) / requests),
  requests,
  detail: `${refused} of ${requests} requests`,
});

interface KeyLook {
  readonly after: string | null;
  readonly keyIds?: readonly string[];
}

interface Looked {
  readonly measures: readonly Measure[];
  readonly after: string | null;
}

const nothing: Looked = { measures: [], after: null };

const quotasFrom = async ({ facts, nowMs, lowestOf }: MeasureRequest, look: KeyLook): Promise<Looked> => {
  if (look.keyIds?.length === 0) return nothing;
  const leastPercent = look.keyIds === undefined ? lowestOf("key.quota_near") : 0;
  const quotas = await facts.quotas({ month: monthOf(nowMs), leastPercent, limit: keysPerPass, ...look });
  return { measures: quotas.flatMap(ofQuota), after: lastOf(quotas, look) };
};

const lastOf = (rows: readonly { readonly keyId: string }[], { keyIds }: KeyLook): string | null =>
  keyIds !== undefined || rows.length < keysPerPass ? null : (rows.at(-1)?.keyId ?? null);

const ofQuota = ({ tenantId, keyId, used, quota }: KeyQuota): readonly Measure[] => {
  const fields = { tenantId, subjectType: "key", subjectId: keyId, value: Math.floor((100 * used) / quota), detail: `${used} of ${quota}` } as const;
  return (["key.quota_near", "key.quota_reached"] as const).map((rule) => ({ rule, ...fields }));
};

const agesFrom = async ({ facts, nowMs }: MeasureRequest, look: KeyLook): Promise<Looked> => {
  if (look.keyIds?.length === 0) return nothing;
  const ages = await facts.ages({ limit: keysPerPass, ...look });
  return { measures: ages.flatMap((age) => ofAge(age, nowMs)), after: lastOf(ages, look) };
};

/** A key that could not be used, because it is off or has ended, is neither forgotten nor about to end. */
const ofAge = ({ tenantId, keyId, state, createdAtMs, expiresAtMs, lastUsedAtMs }: KeyAge, nowMs: number): readonly Measure[] => {
  if (state !== "active" || (expiresAtMs !== null && expiresAtMs <= nowMs)) return [];
  const topic = { tenantId, subjectType: "key", subjectId: keyId } as const;
  const days = Math.max(0, Math.floor((nowMs - (lastUsedAtMs ?? createdAtMs)) / dayMs));
  const unused: Measure = { rule: "key.unused", ...topic, value: days, detail: lastUsedAtMs === null ? "never used" : null };
  if (expiresAtMs === null) return [unused];
  return [unused, { rule: "key.expiring", ...topic, value: Math.ceil((expiresAtMs - nowMs) / dayMs), detail: null }];
};

const ofEngine = ({ name, minutes, detail }: EngineState): Measure => ({
  rule: "engine.degraded",
  tenantId: null,
  subjectType: "engine",
  subjectId: name,
  value: minutes,
  detail: detail.slice(0, maxDetail),
});
