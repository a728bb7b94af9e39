import type { LoggedRequest, SkippedRequests } from "../model/logged-request.ts";
import type { RequestFilter, RequestLog, SecretUse, UseQuestion } from "../ports/request-log.ts";
import { holdsText, pageById, type StoreAccess, type StoreState } from "./store-state.ts";

/** Of the newest, where no tenant is named. */
const searched = 100_000;

export const memoryRequestLog = ({ read, write }: StoreAccess) =>
  ({
    append: (entries, skipped, keptPerTenant) => write((state) => append(state, { entries, skipped, keptPerTenant })),
    list: (filter, page) =>
      read((state) =>
        pageById(
          newest(state, filter.tenantId).filter((request) => matches(request, filter)),
          ({ id }) => id,
          page,
        ),
      ),
    recent: (tenantIds, sinceMs, limitOfEach) =>
      read((state) =>
        tenantIds.flatMap((tenantId) =>
          newest(state, tenantId)
            .filter(({ atMs }) => atMs >= sinceMs)
            .slice(0, limitOfEach),
        ),
      ),
    useOfSecrets: (question) => read((state) => useOfSecrets(state, question)),
    find: (id) => read((state) => state.requests.get(id)),
    coverage: (tenantId) => read((state) => ({ kept: newest(state, tenantId).length, skipped: state.skippedRequests.get(tenantId)?.requests ?? 0 })),
  }) satisfies RequestLog;

interface Appended {
  readonly entries: readonly LoggedRequest[];
  readonly skipped: readonly SkippedRequests[];
  readonly keptPerTenant: number;
}

const append = (state: StoreState, { entries, skipped, keptPerTenant }: Appended): void => {
  for (const entry of entries) if (!state.requests.has(entry.id)) state.requests.set(entry.id, entry);
  for (const { tenantId, requests } of skipped)
    state.skippedRequests.set(tenantId, { tenantId, requests: requests + (state.skippedRequests.get(tenantId)?.requests ?? 0) });
  for (const tenantId of new Set(entries.map((entry) => entry.tenantId))) forget(state, tenantId, keptPerTenant);
};

const useOfSecrets = (state: StoreState, { tenantId, keyId, sinceMs, endsAtMs }: UseQuestion) => {
  const found = newest(state, tenantId).filter((request) => request.keyId === keyId);
  const isEnding = ({ facts }: LoggedRequest): boolean => facts.key?.expiresAtMs === endsAtMs;
  return { ending: useIn(found.filter(isEnding)), others: useIn(found.filter((request) => !isEnding(request) && request.atMs >= sinceMs)) };
};

const useIn = (requests: readonly LoggedRequest[]): SecretUse => ({
  requests: requests.length,
  addresses: new Set(requests.flatMap(({ ip }) => ip ?? [])).size,
  lastUsedAtMs: requests.length === 0 ? null : Math.max(...requests.map(({ atMs }) => atMs)),
});

const newest = ({ requests }: StoreState, tenantId: string | undefined): readonly LoggedRequest[] => {
  const found = [...requests.values()].filter((request) => tenantId === undefined || request.tenantId === tenantId);
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, searched);
};

/** The oldest go; successes before refusals, as long as they have more than half. */
const forget = (state: StoreState, tenantId: string, keptPerTenant: number): void => {
  const oldest = newest(state, tenantId).toReversed();
  const surplus = oldest.length - keptPerTenant;
  if (surplus <= keptPerTenant / 10) return;
  const accepted = oldest.filter(({ verdict }) => verdict === "VALID");
  const ofAccepted = Math.max(0, Math.min(surplus, accepted.length - Math.floor(keptPerTenant / 2)));
  const refused = oldest.filter(({ verdict }) => verdict !== "VALID").slice(0, surplus - ofAccepted);
  for (const { id } of [...accepted.slice(0, ofAccepted), ...refused]) state.requests.delete(id);
};

const matches = (request: LoggedRequest, filter: RequestFilter): boolean =>
  (filter.keyId === undefined || filter.keyId === request.keyId) &&
  (filter.endpoint === undefined || filter.endpoint === request.endpoint) &&
  (filter.verdict === undefined || filter.verdict === request.verdict) &&
  (filter.isRefused === undefined || filter.isRefused === (request.verdict !== "VALID")) &&
  (filter.ip === undefined || filter.ip === request.ip) &&
  (filter.q === undefined || holdsText(`${request.endpoint}\n${request.userAgent ?? ""}`, filter.q)) &&
  (filter.fromMs === undefined || request.atMs >= filter.fromMs) &&
  (filter.toMs === undefined || request.atMs < filter.toMs);
