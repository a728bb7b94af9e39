import { refusals } from "@keywright/contract";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { KeyRecord } from "../ports/key-records.ts";
import { decide } from "./decide.ts";

const nowMs = 1_000_000;

interface Faults {
  readonly REVOKED: boolean;
  readonly DISABLED: boolean;
  readonly EXPIRED: boolean;
  readonly TENANT_SUSPENDED: boolean;
  readonly IP_NOT_ALLOWED: boolean;
  readonly INSUFFICIENT_SCOPE: boolean;
}

const recordWith = (faults: Faults, grace: number | null): KeyRecord => ({
  key: {
    id: "key_1",
    tenantId: "ten_1",
    ownerId: null,
    name: "n",
    environment: "live",
    scopes: ["send_email"],
    state: faults.REVOKED ? "revoked" : faults.DISABLED ? "disabled" : "active",
    ipAllowlist: [],
    rateLimit: null,
    monthlyQuota: null,
    metadata: {},
    expiresAtMs: faults.EXPIRED ? nowMs : nowMs + 1,
    createdAtMs: 0,
    updatedAtMs: 0,
    revokedAtMs: null,
    revokedReason: null,
    revision: 1,
  },
  secret: { id: "sec_1", keyId: "key_1", digest: "d", pepperVersion: 1, hint: "h", createdAtMs: 0, validUntilMs: grace, proved: true },
  tenant: {
    id: "ten_1",
    name: "t",
    tier: "pro",
    status: faults.TENANT_SUSPENDED ? "suspended" : "active",
    rateLimit: null,
    developerScopes: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    revision: 1,
  },
  keyBudget: null,
  tenantBudget: null,
  allows: (address) => address === (faults.IP_NOT_ALLOWED ? "198.51.100.1" : "203.0.113.7"),
});

const boolean = fc.boolean();
const someFaults = fc.record({
  REVOKED: boolean,
  DISABLED: boolean,
  EXPIRED: boolean,
  TENANT_SUSPENDED: boolean,
  IP_NOT_ALLOWED: boolean,
  INSUFFICIENT_SCOPE: boolean,
});

it("answers the first refusal that applies, in the order of the catalogue, whatever else is wrong", () => {
  fc.assert(
    fc.property(someFaults, fc.constantFrom(null, nowMs + 1), (faults, grace) => {
      const expected = refusals.find((code) => code in faults && faults[code as keyof Faults]) ?? "VALID";
      const scopes = faults.INSUFFICIENT_SCOPE ? ["send_email", "read_analytics"] : ["send_email"];
      expect(decide(recordWith(faults, grace), { scopes, ip: "203.0.113.7", nowMs })).toBe(expected);
    }),
  );
});

const noFault: Faults = { REVOKED: false, DISABLED: false, EXPIRED: false, TENANT_SUSPENDED: false, IP_NOT_ALLOWED: false, INSUFFICIENT_SCOPE: false };

it("a replaced secret expires with its grace period, or at once where there was none, whatever the clock says", () => {
  const decideWith = (grace: number | null) => decide(recordWith(noFault, grace), { scopes: [], ip: "203.0.113.7", nowMs });
  expect([decideWith(nowMs + 1), decideWith(nowMs), decideWith(0), decideWith(null)]).toEqual(["VALID", "EXPIRED", "EXPIRED", "VALID"]);
});

it("an allow-list refuses a request that names no address", () => {
  expect(decide(recordWith(noFault, null), { scopes: [], ip: null, nowMs })).toBe("IP_NOT_ALLOWED");
});
