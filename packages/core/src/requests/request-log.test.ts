import { expect, it } from "vitest";
import type { LoggedRequest, SkippedRequests } from "../model/logged-request.ts";
import { Secret } from "../model/secret.ts";
import type { CountryCount } from "../model/usage.ts";
import type { KeyRecord } from "../ports/key-records.ts";
import { traceDecision } from "../rules/trace-decision.ts";
import type { VerifyCommand, VerifyOutcome } from "../verify.ts";
import { createRequestFlush } from "./flush-requests.ts";
import { createRequestRecorder } from "./request-recorder.ts";

const nowMs = 1_768_471_200_000;
const command: VerifyCommand = { key: new Secret("pm_live_secret"), scopes: ["send"], ip: "192.0.2.7", endpoint: "/send", cost: 1, dryRun: false };
const recordOf = (tenantId: string): KeyRecord =>
  ({
    id: `key_of_${tenantId}`,
    environment: "live",
    scopes: ["read"],
    state: "active",
    tenant: { id: tenantId, status: "active", revision: 1, pool: { limit: 1, windowSeconds: 1 } },
    expiresAtMs: nowMs + 5_000,
    allows: null,
  }) as unknown as KeyRecord;
const outcomeOf = (verdict: VerifyOutcome["verdict"], tenantId: string | null): VerifyOutcome => ({
  verdict,
  record: tenantId === null ? null : recordOf(tenantId),
  spent: null,
  expiresAtMs: null,
});

const open = (perTenant: number) => {
  const recorder = createRequestRecorder({ clock: { nowMs: () => nowMs }, perTenant });
  const state = { isAway: false, entries: [] as LoggedRequest[], skipped: [] as SkippedRequests[], countries: [] as CountryCount[] };
  const flush = createRequestFlush({
    recorder,
    requests: {
      append: async (entries, skipped) => {
        if (state.isAway) throw new Error("away");
        state.entries.push(...entries);
        state.skipped.push(...skipped);
      },
    },
    usage: { addCountries: async (counts) => void state.countries.push(...counts) },
    addresses: { networkOf: () => "192.0.2.0", parseAddress: (text) => text },
    openCountries: async () => ({ countryOf: (ip) => (ip === "192.0.2.7" ? "DE" : "") }),
    addressForm: "short",
  });
  let made = 0;
  const see = (verdict: VerifyOutcome["verdict"], tenantId: string | null, more: Partial<VerifyCommand> = {}): void => {
    made += 1;
    recorder.note({ ...command, ...more }, outcomeOf(verdict, tenantId), { requestId: `req_${made}` });
  };
  return { recorder, state, flush, see };
};

it("keeps so many successes of each tenant, refusals beside them, and says how many it did not", async () => {
  const { state, flush, see } = open(3);
  for (let times = 0; times < 10; times++) see("VALID", "ten_busy");
  for (let times = 0; times < 5; times++) see("INSUFFICIENT_SCOPE", "ten_busy");
  see("VALID", "ten_quiet");
  see("NOT_FOUND", null);
  see("VALID", "ten_quiet", { dryRun: true });
  expect(await flush()).toBe(8);
  const kept = state.entries.map(({ tenantId, verdict }) => `${tenantId} ${verdict}`);
  expect(kept.filter((entry) => entry === "ten_busy VALID")).toHaveLength(3);
  expect(kept.filter((entry) => entry === "ten_busy INSUFFICIENT_SCOPE")).toHaveLength(3);
  expect(kept.slice(6)).toEqual(["ten_quiet VALID", " NOT_FOUND"]);
  expect(state.skipped).toEqual([{ tenantId: "ten_busy", requests: 9 }]);
  expect(state.countries).toEqual([
    expect.objectContaining({ keyId: "key_of_ten_busy", country: "DE", requests: 6 }),
    expect.objectContaining({ keyId: "key_of_ten_quiet", requests: 1 }),
  ]);
});

it("keeps no more than its bounds while the store is away, and writes the same again when it is back", async () => {
  const { state, flush, see } = open(1_000);
  see("VALID", "ten_a");
  state.isAway = true;
  await expect(flush()).rejects.toThrow("away");
  for (let times = 0; times < 5_000; times++) see("VALID", `ten_${times % 100}`);
  await expect(flush()).rejects.toThrow("away");
  state.isAway = false;
  expect([await flush(), await flush(), await flush()]).toEqual([1, 250, 0]);
  expect(new Set(state.entries.map(({ id }) => id)).size).toBe(251);
  expect(state.skipped.reduce((sum, { requests }) => sum + requests, 0)).toBe(4_750);
});

it("tells tenants apart up to a bound, however many there are", async () => {
  const { recorder, see } = open(1);
  for (let times = 0; times < 20_000; times++) see("VALID", `ten_${times}`);
  const { seen, skipped } = recorder.take();
  expect(seen).toHaveLength(250);
  expect(skipped.length).toBeLessThanOrEqual(10_001);
  expect(skipped.reduce((sum, { requests }) => sum + requests, 0)).toBe(19_750);
});

it("holds neither the key's text nor the whole address where that is not wanted, and explains the decision", async () => {
  const { state, flush, see } = open(5);
  see("INSUFFICIENT_SCOPE", "ten_a");
  await flush();
  const [entry] = state.entries;
  if (entry === undefined) throw new Error("Nothing was kept.");
  expect(JSON.stringify(entry)).not.toContain("secret");
  expect(entry).toMatchObject({ ip: "192.0.2.0", facts: { needed: ["send"], missing: ["send"] } });
  const trace = traceDecision(entry);
  expect(trace.map(({ result }) => result)).toEqual([...Array.from({ length: 6 }, () => "passed"), "refused", "not_reached", "not_reached"]);
  expect(trace[3]).toEqual({ check: "expiry", result: "passed", figures: { expires_in_seconds: 5 } });
  expect(traceDecision({ ...entry, verdict: "VALID" }).every(({ result }) => result === "passed")).toBe(true);
});
