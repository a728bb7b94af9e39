import { flagsContract } from "@keywright/core/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemStopwatch } from "../node/stopwatch.ts";
import { type FlagServer, says, startFlagServer } from "../testing/flag-server.ts";
import { type FlagEvent, type FlagsOptions, type OpenFlags, openFlags } from "./flags.ts";

const flag = "enable-api-key-management";
/** For tests of what is answered: a machine that is busy is no dead source. */
const patientMs = 20_000;
const opened: OpenFlags[] = [];
afterEach(async () => {
  for (const flags of opened.splice(0)) await flags.close();
});

interface Scene {
  readonly flags: OpenFlags;
  readonly events: readonly FlagEvent[];
  readonly pass: (ms: number) => void;
}

/** Flags whose answers age when the test says so; deadlines take their true time. */
const openAt = async (options: Pick<FlagsOptions, "source"> & { readonly fallback: boolean; readonly deadlineMs?: number }): Promise<Scene> => {
  const time = { nowMs: 0 };
  const events: FlagEvent[] = [];
  const { source, fallback, deadlineMs = patientMs } = options;
  const flags = await openFlags({
    source,
    defaults: { [flag]: fallback },
    stopwatch: { elapsedMs: () => time.nowMs },
    onEvent: (event) => events.push(event),
    deadlineMs,
  });
  opened.push(flags);
  return {
    flags,
    events,
    pass: (ms) => {
      time.nowMs += ms;
    },
  };
};

describe("the environment", () => {
  it.each([true, false])("says for everyone what is configured: %s", async (fallback) => {
    const { flags, events } = await openAt({ source: { type: "environment" }, fallback });
    for (const tenantId of [null, "ten_1"]) expect(await flags.isEnabled(flag, { tenantId })).toBe(fallback);
    expect(await flags.health()).toBe("ok");
    expect(events).toEqual([]);
  });
});

flagsContract("a flag server", async ({ everyone, tenants }) => {
  const server = await startFlagServer((tenantId, name) => says(name, (tenantId === undefined ? undefined : tenants[tenantId]) ?? everyone));
  const source = { type: "server", url: server.url } as const;
  const flags = await openFlags({ source, defaults: { [flag]: !everyone }, stopwatch: systemStopwatch, deadlineMs: patientMs });
  return {
    flags,
    close: async () => {
      await flags.close();
      await server.close();
    },
  };
});

describe("a flag server", () => {
  let server: FlagServer;
  beforeAll(async () => {
    server = await startFlagServer((_tenant, name) => says(name, true));
  });
  afterAll(() => server.close());
  const at = (fallback: boolean, deadlineMs?: number) =>
    openAt({ source: { type: "server", url: `${server.url}/` }, fallback, ...(deadlineMs !== undefined && { deadlineMs }) });

  it("is asked once for two seconds' questions, then again, and a change is in force", async () => {
    server.setRule((tenantId, name) => says(name, tenantId === "ten_1"));
    const { flags, pass } = await at(false);
    const before = server.asked();
    const many = await Promise.all(Array.from({ length: 50 }, () => flags.isEnabled(flag, { tenantId: "ten_1" })));
    expect(new Set(many)).toEqual(new Set([true]));
    expect(server.asked() - before).toBe(1);
    server.setRule((_tenant, name) => says(name, false));
    pass(1_999);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(true);
    pass(1);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(false);
    expect(server.asked() - before).toBe(2);
  });

  it.each([
    ["says that it does not know the flag", { status: 404, body: '{"key":"f","errorCode":"FLAG_NOT_FOUND"}' }],
    ["cannot evaluate it for the tenant", { status: 400, body: '{"errorCode":"TARGETING_KEY_MISSING"}' }],
    ["fails", { status: 500, body: "" }],
    ["wants to be asked less", { status: 429, body: "" }],
    ["leads elsewhere", { status: 302, body: "" }],
    ["answers with a page", { status: 200, body: "<html>" }],
    ["answers with a list", { status: 200, body: "[]" }],
    ["answers with text for the value", { status: 200, body: '{"value":"true"}' }],
    ["answers with 100 kB", { status: 200, body: `{"value":true,"metadata":"${"x".repeat(100_000)}"}` }],
  ])("that %s leaves the configured default in force, and says so", async (_what, reply) => {
    server.setRule(() => reply);
    for (const fallback of [true, false]) {
      const { flags, events } = await at(fallback);
      expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(fallback);
      expect(events).toEqual([{ type: "failed", reason: expect.stringMatching(/^The flag server.*\.$/) }]);
      expect(await flags.health()).toMatch(fallback ? /^degraded: .* on holds/ : /^degraded: .* off holds/);
    }
  });

  it("may leave the value to Keywright's default, which is no failure", async () => {
    server.setRule((_tenant, name) => ({ status: 200, body: JSON.stringify({ key: name, reason: "DISABLED" }) }));
    for (const fallback of [true, false]) {
      const { flags, events } = await at(fallback);
      expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(fallback);
      expect(events).toEqual([]);
    }
  });

  it("that never answers holds up one round of questions for the deadline, and nobody for a second after", async () => {
    server.setRule(() => "never");
    const { flags, events } = await at(false, 100);
    const before = server.asked();
    const startedMs = performance.now();
    expect(await Promise.all(Array.from({ length: 20 }, (_, i) => flags.isEnabled(flag, { tenantId: `ten_${i}` })))).toEqual(Array(20).fill(false));
    for (let i = 0; i < 1_000; i++) expect(await flags.isEnabled(flag, { tenantId: `ten_${i}` })).toBe(false);
    // A deadline for each would be more than a minute and a half.
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    expect(server.asked() - before).toBeLessThanOrEqual(20);
    expect(events).toHaveLength(1);
  });

  it("that failed is asked again a second later", async () => {
    server.setRule(() => ({ status: 500, body: "" }));
    const { flags, events, pass } = await at(false);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(false);
    server.setRule((_tenant, name) => says(name, true));
    pass(999);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(false);
    pass(1);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(true);
    expect(events.at(-1)).toEqual({ type: "answers" });
    expect(await flags.health()).toBe("ok");
  });

  it("answers 256 questions at once; who comes on top gets the default", async () => {
    server.setRule((_tenant, name) => says(name, true));
    const { flags } = await at(false);
    const said = await Promise.all(Array.from({ length: 300 }, (_, i) => flags.isEnabled(flag, { tenantId: `ten_${i}` })));
    expect(said).toEqual(said.map((_, index) => index < 256));
  });

  it("that dies leaves the default in force when its last answers are two seconds old", async () => {
    const mortal = await startFlagServer((_tenant, name) => says(name, true));
    const { flags, events, pass } = await openAt({ source: { type: "server", url: mortal.url }, fallback: false });
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(true);
    await mortal.close();
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(true);
    pass(2_000);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(false);
    expect(events).toEqual([{ type: "failed", reason: `The flag server at ${mortal.url} is out of reach: ECONNREFUSED.` }]);
  });

  it("that fails for one tenant is still asked for the others", async () => {
    server.setRule((tenantId, name) => (tenantId === "ten_broken" ? { status: 400, body: "{}" } : says(name, true)));
    const { flags } = await at(false);
    expect(await flags.isEnabled(flag, { tenantId: "ten_broken" })).toBe(false);
    expect(await flags.isEnabled(flag, { tenantId: "ten_1" })).toBe(true);
  });
});
