import type { DecisionFacts, LoggedRequest } from "../model/logged-request.ts";
import type { CountryCount } from "../model/usage.ts";
import type { Addresses } from "../ports/addresses.ts";
import type { Countries } from "../ports/countries.ts";
import type { RequestLog } from "../ports/request-log.ts";
import type { UsageStore } from "../ports/usage-store.ts";
import { holds } from "../rules/scopes.ts";
import type { RequestRecorder, SeenBatch, SeenRequest } from "./request-recorder.ts";

/** Verifications of one tenant that the log keeps. */
const keptPerTenant = 10_000;

export interface FlushDeps {
  readonly recorder: Pick<RequestRecorder, "take">;
  readonly requests: Pick<RequestLog, "append">;
  readonly usage: Pick<UsageStore, "addCountries">;
  readonly addresses: Pick<Addresses, "networkOf" | "parseAddress">;
  /** Opens what knows countries, when the first address is to be looked up; undefined: nobody wants to know. */
  readonly openCountries: (() => Promise<Countries>) | undefined;
  readonly addressForm: AddressForm;
}

/** How addresses are kept: whole, as their network (/24, of IPv6 /48), or not at all. */
export type AddressForm = "full" | "short" | "none";

/** One flush after the other; what could not be written is tried again, and meanwhile the recorder keeps no more than it always does. */
export const createRequestFlush = (deps: FlushDeps): (() => Promise<number>) => {
  const state: { entries: SeenBatch | undefined; countries: readonly CountryCount[] } = { entries: undefined, countries: [] };
  return async () => {
    if (state.entries === undefined) {
      state.entries = deps.recorder.take();
      state.countries = [...state.countries, ...(await countriesOf(deps, state.entries.seen))].slice(0, maxCountries);
    }
    const { seen, skipped } = state.entries;
    if (seen.length + skipped.length > 0)
      await deps.requests.append(
        seen.map((one) => toEntry(deps, one)),
        skipped,
        keptPerTenant,
      );
    state.entries = undefined;
    if (state.countries.length === 0) return seen.length;
    const counts = state.countries;
    // Taken before it is written: countries are an estimate, and less of it is better than the same twice.
    state.countries = [];
    await deps.usage.addCountries(counts);
    return seen.length;
  };
};

const maxCountries = 1_000;
const dayMs = 86_400_000;

/** Of those that have an address and a key. */
const countriesOf = async ({ openCountries, addresses }: FlushDeps, seen: readonly SeenRequest[]): Promise<readonly CountryCount[]> => {
  const told = seen.filter(({ ip, record }) => ip !== null && record !== null);
  if (openCountries === undefined || told.length === 0) return [];
  const countries = await openCountries();
  const counts = new Map<string, CountryCount>();
  for (const { ip, record, atMs } of told) {
    if (ip === null || record === null) continue;
    const place = {
      keyId: record.id,
      tenantId: record.tenant?.id ?? null,
      dayMs: atMs - (atMs % dayMs),
      country: countries.countryOf(addresses.parseAddress(ip) ?? ip),
    };
    const name = `${place.keyId} ${place.dayMs} ${place.country}`;
    counts.set(name, { ...place, requests: (counts.get(name)?.requests ?? 0) + 1 });
  }
  return [...counts.values()];
};

const toEntry = ({ addresses, addressForm }: FlushDeps, seen: SeenRequest): LoggedRequest => ({
  id: seen.id,
  tenantId: seen.record?.tenant?.id ?? "",
  keyId: seen.record?.id ?? null,
  atMs: seen.atMs,
  endpoint: seen.endpoint,
  verdict: seen.verdict,
  ip: seen.ip === null || addressForm === "none" ? null : addressForm === "full" ? seen.ip : (addresses.networkOf(seen.ip) ?? null),
  userAgent: seen.userAgent,
  facts: factsOf(seen),
});

const factsOf = ({ record, spent, scopes, cost }: SeenRequest): DecisionFacts => ({
  cost,
  needed: scopes,
  missing: record === null ? [] : scopes.filter((scope) => !holds(record.scopes, scope)),
  key: record && {
    state: record.state,
    environment: record.environment,
    expiresAtMs: record.expiresAtMs,
    hasAllowlist: record.allows !== null,
    tenantStatus: record.tenant?.status ?? null,
  },
  spent: spent && { key: spent.key, pool: spent.pool, quota: spent.quota },
});
