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

const recordWith = (faults: Faults): KeyRecord => ({
  id: "key_1",
  tenant: { id: "ten_1", status: faults.TENANT_SUSPENDED ? "suspended" : "active", pool: { limit: 1, windowSeconds: 1 }, revision: 1 },
  ownerId: null,
  name: "n",
  environment: "live",
  scopes: ["send_email"],
  state: faults.REVOKED ? "revoked" : faults.DISABLED ? "disabled" : "active",
  rateLimit: null,
  monthlyQuota: null,
  metadata: {},
  expiresAtMs: faults.EXPIRED ? nowMs : nowMs + 1,
  unproved: null,
  revision: 1,
  isUsed: false,
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
    fc.property(someFaults, (faults) => {
      const expected = refusals.find((code) => code in faults && faults[code as keyof Faults]) ?? "VALID";
      const scopes = faults.INSUFFICIENT_SCOPE ? ["send_email", "read_analytics"] : ["send_email"];
      expect(decide(recordWith(faults), { scopes, ip: "203.0.113.7", nowMs })).toBe(expected);
    }),
  );
});

const noFault: Faults = { REVOKED: false, DISABLED: false, EXPIRED: false, TENANT_SUSPENDED: false, IP_NOT_ALLOWED: false, INSUFFICIENT_SCOPE: false };

it("a key, or a replaced secret, expires at its end, and at once where there was no grace period, whatever the clock says", () => {
  const decideWith = (expiresAtMs: number | null) => decide({ ...recordWith(noFault), expiresAtMs }, { scopes: [], ip: "203.0.113.7", nowMs });
  expect([decideWith(nowMs + 1), decideWith(nowMs), decideWith(0), decideWith(null)]).toEqual(["VALID", "EXPIRED", "EXPIRED", "VALID"]);
});

it("an allow-list refuses a request that names no address", () => {
  expect(decide(recordWith(noFault), { scopes: [], ip: null, nowMs })).toBe("IP_NOT_ALLOWED");
});
