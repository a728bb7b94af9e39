import type { SecurityEvent } from "../model/security-event.ts";
import type { AlertFacts, KeyQuota, KeyRate, NoticedQuestion, NoticedSum, QuotaQuestion, RateQuestion } from "../ports/alert-facts.ts";
import type { StoreAccess, StoreState } from "./store-state.ts";

const hourMs = 3_600_000;
const isAmong = (ids: readonly string[] | undefined, id: string): boolean => ids === undefined || ids.includes(id);
const byKey = (a: { readonly keyId: string }, b: { readonly keyId: string }): number => (a.keyId < b.keyId ? -1 : 1);

export const memoryAlertFacts = ({ read }: StoreAccess) =>
  ({
    noticed: (question) => read((state) => noticed(state, question)),
    rates: (question) => read((state) => rates(state, question)),
    quotas: (question) => read((state) => quotas(state, question)),
    ages: ({ keyIds, after, limit }) =>
      read((state) =>
        [...state.keys.values()]
          .map(({ row }) => ({
            tenantId: row.tenantId,
            keyId: row.id,
            state: row.state,
            createdAtMs: row.createdAtMs,
            expiresAtMs: row.expiresAtMs,
            lastUsedAtMs: state.activity.get(row.id)?.lastUsedAtMs ?? null,
          }))
          .filter((age) => age.state !== "revoked" && isAmong(keyIds, age.keyId) && (after === null || age.keyId > after))
          .sort(byKey)
          .slice(0, limit),
      ),
  }) satisfies AlertFacts;

const noticed = (state: StoreState, { kind, fromMs, toMs, least, subjectIds, limit }: NoticedQuestion): readonly NoticedSum[] => {
  const sums = new Map<string, NoticedSum & { readonly last: SecurityEvent }>();
  for (const event of state.securityEvents.values()) {
    if (event.kind !== kind || event.atMs < fromMs || event.atMs >= toMs || !isAmong(subjectIds, event.subjectId)) continue;
    const { tenantId, subjectType, subjectId } = event;
    const name = JSON.stringify([tenantId, subjectType, subjectId]);
    const before = sums.get(name);
    const last = before === undefined || event.lastAtMs >= before.last.lastAtMs ? event : before.last;
    sums.set(name, { tenantId, subjectType, subjectId, count: (before?.count ?? 0) + event.count, details: last.details, last });
  }
  return [...sums.values()]
    .filter(({ count }) => count >= least)
    .sort((a, b) => b.count - a.count || (a.subjectId < b.subjectId ? -1 : 1))
    .slice(0, limit)
    .map(({ last: _last, ...sum }) => sum);
};

const rates = (state: StoreState, question: RateQuestion): readonly KeyRate[] => {
  const sums = new Map<string, { tenantId: string; requests: number; refused: number }>();
  for (const { keyId, tenantId, hourMs: startMs, outcome, requests } of state.usage.values()) {
    const perMille = startMs === question.hourMs ? 1_000 : startMs === question.hourMs - hourMs ? question.beforePerMille : 0;
    if (tenantId === null || perMille === 0 || !isAmong(question.keyIds, keyId)) continue;
    const sum = sums.get(keyId) ?? { tenantId, requests: 0, refused: 0 };
    sum.requests += requests * perMille;
    if (outcome !== "VALID") sum.refused += requests * perMille;
    sums.set(keyId, sum);
  }
  return [...sums]
    .map(([keyId, { tenantId, requests, refused }]) => ({ tenantId, keyId, requests: Math.floor(requests / 1_000), refused: Math.floor(refused / 1_000) }))
    .filter(({ requests, refused }) => requests >= question.leastRequests && refused * 100 >= requests * question.leastPercent)
    .sort((a, b) => b.refused - a.refused || byKey(a, b))
    .slice(0, question.limit);
};

const quotas = (state: StoreState, { month, leastPercent, keyIds, after, limit }: QuotaQuestion): readonly KeyQuota[] =>
  [...state.keys.values()]
    .flatMap(({ row: { id, tenantId, state: is, monthlyQuota } }) => {
      const quota = state.budgets.get(id)?.quota;
      if (tenantId === null || monthlyQuota === null || is === "revoked" || quota?.month !== month) return [];
      return [{ tenantId, keyId: id, used: quota.used, quota: monthlyQuota }];
    })
    .filter(({ keyId, used, quota }) => used * 100 >= quota * leastPercent && isAmong(keyIds, keyId) && (after === null || keyId > after))
    .sort(byKey)
    .slice(0, limit);
