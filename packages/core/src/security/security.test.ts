import { describe, expect, it } from "vitest";
import { Unavailable } from "../errors.ts";
import type { SecurityEvent } from "../model/security-event.ts";
import type { Origins } from "../ports/origins.ts";
import type { KeyOrigin } from "../ports/security-event-store.ts";
import { type BruteForcePolicy, createAddressGuard } from "./address-guard.ts";
import { createCounters, type Sighting } from "./counters.ts";
import { createSecurityWatch, type RefusedKey } from "./watch.ts";

/** Addresses such as `a.1.2`: caller `a.1.2`, site `a.1`; those of `v4` have none. */
const origins: Origins = {
  originOf: (address) => address.slice(0, 3),
  callerOf: (address) => (address === "?" ? undefined : address),
  siteOf: (address) => (address.startsWith("v4") ? undefined : address.slice(0, 3)),
};
const minuteMs = 60_000;

const openWatch = () => {
  const time = { nowMs: 10 * minuteMs, made: 0 };
  const events: SecurityEvent[] = [];
  const noted: KeyOrigin[] = [];
  const state = { isAway: false };
  const add = async (added: readonly SecurityEvent[]): Promise<void> => {
    if (state.isAway) throw new Unavailable("store");
    events.push(...added);
  };
  const noteOrigins = async (uses: readonly KeyOrigin[]) => {
    if (state.isAway) throw new Unavailable("store");
    noted.push(...uses);
    return uses.filter(({ origin }) => origin === "new").map((use) => ({ ...use, tenantId: "ten_1" }));
  };
  const random = {
    bytes: (count: number) => new Uint8Array(count),
    uuidV7: () => {
      time.made += 1;
      return new Uint8Array(16).fill(time.made);
    },
  };
  const watch = createSecurityWatch({ store: { securityEvents: { add, noteOrigins } }, origins, clock: { nowMs: () => time.nowMs }, random });
  const refuse = (times: number, refusal: Partial<RefusedKey> = {}) => {
    for (let made = 0; made < times; made++) watch.refused({ verdict: "NOT_FOUND", ip: "a.1.1", hint: null, key: null, wanted: "", ...refusal });
  };
  const next = async () => {
    time.nowMs += minuteMs;
    await watch.flush();
    return events.splice(0);
  };
  return { watch, time, events, noted, state, refuse, next };
};

const key = { id: "key_1", tenantId: "ten_1" };

describe("the watch", () => {
  it("tells of failed authentications by address and by hint, from ten within a minute on, once a minute", async () => {
    const { refuse, next, watch, events } = openWatch();
    refuse(9);
    expect(await next()).toEqual([]);
    refuse(12, { hint: "pm_live_…abcd" });
    await watch.flush();
    expect(events).toEqual([]);
    expect(await next()).toMatchObject([
      {
        kind: "authentication.failed",
        severity: "low",
        subjectType: "address",
        subjectId: "a.1.1",
        tenantId: null,
        count: 12,
        details: { seen: ["NOT_FOUND"] },
      },
      { kind: "authentication.failed", subjectType: "hint", subjectId: "pm_live_…abcd", count: 12 },
    ]);
    expect(await next()).toEqual([]);
  });

  it("tells a tenant of every use of its key after revocation", async () => {
    const { refuse, next } = openWatch();
    refuse(2, { verdict: "REVOKED", key, hint: "pm_live_…abcd" });
    expect(await next()).toMatchObject([
      { kind: "key.used_after_revocation", severity: "high", subjectId: "key_1", tenantId: "ten_1", count: 2, details: { address: "a.1.1" } },
    ]);
  });

  it("tells of scopes that are probed, and not of one that is missing", async () => {
    const { refuse, next } = openWatch();
    refuse(20, { verdict: "INSUFFICIENT_SCOPE", key, wanted: "send_email" });
    expect(await next()).toEqual([]);
    for (const wanted of ["a", "b", "c"]) refuse(1, { verdict: "INSUFFICIENT_SCOPE", key, wanted });
    for (const wanted of ["GET /d", "GET /e", "GET /f"]) refuse(1, { verdict: "PERMISSION_DENIED", key, wanted });
    expect(await next()).toMatchObject([{ kind: "scope.probing", count: 6, details: { seen: ["a", "b", "c", "GET /d", "GET /e"] } }]);
  });

  it("tells of a burst of refusals of one key", async () => {
    const { refuse, next } = openWatch();
    refuse(99, { verdict: "RATE_LIMITED", key });
    expect(await next()).toEqual([]);
    refuse(100, { verdict: "RATE_LIMITED", key });
    expect(await next()).toMatchObject([{ kind: "refusals.burst", severity: "medium", subjectId: "key_1", count: 100 }]);
  });

  it("tells of a key that is used from a new network, asking the store once about each", async () => {
    const { watch, noted, next } = openWatch();
    const use = (ip: string | null) => ({ keyId: "key_1", atMs: 1, ip });
    watch.used([use("new.1"), use("new.2"), use("old.1"), use(null)]);
    watch.used([use("new.3")]);
    await watch.flush();
    expect(noted).toEqual([
      { keyId: "key_1", origin: "new" },
      { keyId: "key_1", origin: "old" },
    ]);
    expect(await next()).toMatchObject([{ kind: "key.new_network", subjectId: "key_1", tenantId: "ten_1", details: { seen: ["new"] } }]);
    expect(noted).toHaveLength(2);
  });

  it("keeps what the store does not take, and brings it later, once", async () => {
    const { watch, refuse, state, time, next, noted } = openWatch();
    refuse(1, { verdict: "REVOKED", key });
    time.nowMs += minuteMs;
    state.isAway = true;
    await expect(watch.flush()).rejects.toThrow(Unavailable);
    watch.used([{ keyId: "key_1", atMs: 1, ip: "old.1" }]);
    await expect(watch.flush()).rejects.toThrow(Unavailable);
    state.isAway = false;
    expect(await next()).toMatchObject([{ kind: "key.used_after_revocation", count: 1 }]);
    expect(noted).toHaveLength(1);
    expect(await next()).toEqual([]);
  });

  it("brings everything when the process stops", async () => {
    const { watch, events } = openWatch();
    watch.noticed({ kind: "tampering.refused", subjectType: "key", subjectId: "key_1", tenantId: "ten_1", details: { detail: "d" } });
    expect(await watch.flush(true)).toBe(1);
    expect(events).toMatchObject([{ kind: "tampering.refused", severity: "critical", details: { detail: "d" } }]);
  });
});

describe("counters", () => {
  const sighting = (subjectId: string): Sighting => ({ kind: "authentication.failed", subjectType: "address", subjectId, tenantId: null });

  it("hold no more subjects than they may, and forget the oldest", () => {
    const counters = createCounters(100);
    for (let made = 0; made < 10_000; made++) counters.count(sighting(`a${made}`), 1);
    const taken = counters.take(1, true);
    expect(taken).toHaveLength(100);
    expect(taken.at(-1)?.subjectId).toBe("a9999");
  });

  it("end a minute though the clock goes back", () => {
    const counters = createCounters();
    counters.count(sighting("a"), 5 * minuteMs);
    counters.count(sighting("a"), 4 * minuteMs);
    expect(counters.take(4 * minuteMs).map(({ firstMs }) => firstMs)).toEqual([5 * minuteMs]);
    expect(counters.take(5 * minuteMs).map(({ firstMs }) => firstMs)).toEqual([4 * minuteMs]);
  });
});

const openGuard = (policy: BruteForcePolicy = "block") => {
  const time = { nowMs: 1_000 };
  const noticed: string[] = [];
  const guard = createAddressGuard({
    origins,
    stopwatch: { elapsedMs: () => time.nowMs },
    watch: { noticed: ({ kind, subjectId }) => void noticed.push(`${kind} ${subjectId}`) },
    policy,
    isSpared: (address) => address === "v4.spared",
  });
  const fail = (times: number, address: string | null) => {
    let heldMs = 0;
    for (let made = 0; made < times; made++) heldMs = guard.failed(address);
    return heldMs;
  };
  return { guard, time, noticed, fail };
};

describe("an address that tries one credential after the other", () => {
  it("is slowed down, and then blocked for five minutes", () => {
    const { guard, time, noticed, fail } = openGuard();
    expect([fail(9, "v4.1"), fail(1, "v4.1")]).toEqual([0, 1_000]);
    expect(guard.blockedForMs("v4.1")).toBe(0);
    fail(40, "v4.1");
    expect([guard.blockedForMs("v4.1"), guard.blockedForMs("v4.2"), guard.blockedForMs(null)]).toEqual([300_000, 0, 0]);
    expect(noticed).toEqual(["address.slowed v4.1", "address.blocked v4.1"]);
    time.nowMs += 300_000;
    expect([guard.blockedForMs("v4.1"), fail(1, "v4.1")]).toEqual([0, 0]);
  });

  it("that fails seldom is not", () => {
    const { guard, time, fail } = openGuard();
    for (let minute = 0; minute < 100; minute++) {
      expect(fail(9, "v4.1")).toBe(0);
      time.nowMs += minuteMs;
    }
    expect(guard.blockedForMs("v4.1")).toBe(0);
  });

  it("is blocked with its whole site, where the site hands out others", () => {
    const { guard, noticed } = openGuard();
    for (let made = 0; made < 500; made++) guard.failed(`a.1.${made}`);
    expect(guard.blockedForMs("a.1.fresh")).toBe(300_000);
    expect(guard.blockedForMs("a.2.fresh")).toBe(0);
    expect(noticed).toEqual(["address.slowed a.1", "address.blocked a.1"]);
  });

  it("is at most slowed down where the operator says so, or the address is many people's", () => {
    const [slow, off, spared] = [openGuard("slow"), openGuard("off"), openGuard()];
    expect([slow.fail(1_000, "v4.1"), off.fail(1_000, "v4.1"), spared.fail(1_000, "v4.spared")]).toEqual([1_000, 0, 1_000]);
    expect([slow.guard.blockedForMs("v4.1"), off.guard.blockedForMs("v4.1"), spared.guard.blockedForMs("v4.spared")]).toEqual([0, 0, 0]);
    expect([slow.fail(1, null), slow.fail(1, "?")]).toEqual([0, 0]);
  });

  it("stays blocked through a flood of other addresses' past minutes, and the flood fills no memory", () => {
    const { guard, time, fail } = openGuard();
    fail(50, "v4.bad");
    for (let made = 0; made < 9_999; made++) guard.failed(`v4.${made}`);
    time.nowMs += minuteMs;
    for (let made = 0; made < 9_000; made++) guard.failed(`v4.x${made}`);
    expect(guard.blockedForMs("v4.bad")).toBe(300_000 - minuteMs);
  });
});
