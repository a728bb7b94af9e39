import { describe, expect, it } from "vitest";
import { createKey } from "../keys/create-key.ts";
import { revokeKey } from "../keys/revoke-key.ts";
import { createMemoryBroadcast } from "../memory/memory-broadcast.ts";
import type { UsageCount } from "../model/usage.ts";
import { maxBroadcastLength } from "../ports/broadcast.ts";
import { createTenant } from "../tenants/tenants.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { createLive } from "./live.ts";
import { tellStore } from "./tell-store.ts";

const hand = () => {
  const time = { ms: 1_700_000_000_000 };
  const pass = (ms: number): void => {
    time.ms += ms;
  };
  return { clock: { nowMs: () => time.ms }, pass };
};

/** Two processes on one broadcast. */
const open = () => {
  const { clock, pass } = hand();
  const broadcast = createMemoryBroadcast();
  const told: string[] = [];
  broadcast.listen({ onText: (text) => told.push(text), onGap: () => {} });
  const [here, there] = [createLive({ broadcast, clock }), createLive({ broadcast, clock })];
  const watch = (tenantId: string | null) => {
    const heard: unknown[] = [];
    const stop = there.watch({ tenantId, onSignal: (signal) => heard.push(signal), onGap: () => heard.push("gap") });
    return { heard, stop };
  };
  return { here, there, watch, told, pass, broadcast };
};

const count = (overrides: Partial<UsageCount> = {}): UsageCount => ({
  keyId: "key_1",
  tenantId: "ten_1",
  hourMs: 0,
  endpoint: "",
  outcome: "VALID",
  requests: 1,
  ...overrides,
});
const moveOf = (counts: readonly UsageCount[]) => ({ id: "mov_1", counts, lastUses: [], budgets: [] });

describe("live", () => {
  it("tells the tenant's watchers, and operators, of what was committed, and nobody else", async () => {
    const { here, watch } = open();
    const core = await openCore();
    const deps = { ...core, store: tellStore(core.store, here) };
    const { id: tenantId } = await createTenant(deps, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const [own, others, all] = [watch(tenantId), watch("ten_2"), watch(null)];
    const limits = { expiry: { kind: "default" }, ipAllowlist: [], rateLimit: null, monthlyQuota: null, metadata: {} } as const;
    const command = { tenantId, name: "k", scopes: ["send_email"], environment: "live", ownerId: undefined, teamId: undefined, ...limits } as const;
    const { details } = await createKey(deps, { actor: operator, command, idempotency: null });
    await revokeKey(deps, { actor: operator, keyId: details.key.id, reason: "leaked" });
    const actions = own.heard.map((signal) => (signal as { action: string }).action);
    expect(actions).toEqual(["key.created", "key.revoked"]);
    expect(own.heard[1]).toMatchObject({ kind: "change", tenantId, targetId: details.key.id });
    expect([all.heard, others.heard]).toEqual([own.heard, []]);
  });

  it("tells nothing of what was not committed", async () => {
    const { here, told } = open();
    const core = await openCore();
    const store = tellStore(core.store, here);
    await createTenant({ ...core, store }, { actor: operator, name: "Acme", tier: "pro", rateLimit: null, idempotency: null });
    const before = [...told];
    const undone = store.transaction(async (stores) => {
      const [entry] = (await stores.audit.list({}, { limit: 1, after: null })).items;
      if (entry === undefined) throw new Error("There is no entry.");
      await stores.audit.append({ ...entry, id: "aud_2" });
      throw new Error("no");
    });
    await expect(undone).rejects.toThrow("no");
    expect(told).toEqual(before);
  });

  it("tells of use while the tenant is watched in any process, and costs nothing otherwise", () => {
    const { here, there, watch, told, pass } = open();
    here.tellUse(moveOf([count()]));
    expect(told).toEqual([]);
    const { heard, stop } = watch("ten_1");
    here.tellUse(
      moveOf([count(), count({ outcome: "RATE_LIMITED", requests: 2 }), count({ keyId: "key_2" }), count({ tenantId: "ten_2" }), count({ tenantId: null })]),
    );
    expect(heard).toMatchObject([
      {
        kind: "use",
        tenantId: "ten_1",
        keys: [
          { keyId: "key_1", requests: 3, refused: 2 },
          { keyId: "key_2", requests: 1, refused: 0 },
        ],
      },
    ]);
    pass(4_000);
    there.beat();
    pass(4_000);
    here.tellUse(moveOf([count()]));
    expect([heard.length, there.isUseWatched(), here.isUseWatched()]).toEqual([2, true, false]);
    stop();
    there.beat();
    pass(5_001);
    here.tellUse(moveOf([count()]));
    expect([heard.length, there.isUseWatched()]).toEqual([2, false]);
  });

  it("bounds what it tells at once, each text short enough", () => {
    const { here, watch, told } = open();
    const { heard } = watch("ten_1");
    const counts = Array.from({ length: 10_000 }, (_, number) =>
      count({ keyId: `key_${String(number).padStart(22, "0")}`, requests: Number.MAX_SAFE_INTEGER }),
    );
    here.tellUse(moveOf(counts));
    expect(heard).toHaveLength(50);
    expect(Math.max(...told.map((text) => text.length))).toBeLessThanOrEqual(maxBroadcastLength);
  });

  it("says again whom it watches, in texts that are short enough", () => {
    const { there, watch, told } = open();
    for (let number = 0; number < 500; number++) watch(`ten_${String(number).padStart(22, "0")}`);
    told.length = 0;
    there.beat();
    expect(told).toHaveLength(3);
    expect(Math.max(...told.map((text) => text.length))).toBeLessThanOrEqual(maxBroadcastLength);
  });

  it("passes over texts that are not its own", () => {
    const { watch, broadcast } = open();
    const { heard } = watch("ten_1");
    for (const text of [
      "",
      "null",
      "{",
      "[]",
      '{"kind":"use","tenantId":"ten_1","keys":[{}],"atMs":1}',
      '{"kind":"change","tenantId":"ten_1","atMs":1}',
      '{"kind":"watch"}',
    ])
      broadcast.tell(text);
    expect(heard).toEqual([]);
  });
});
