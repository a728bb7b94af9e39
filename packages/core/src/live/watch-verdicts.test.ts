import { expect, it } from "vitest";
import type { LoggedRequest } from "../model/logged-request.ts";
import { createVerdictWatch, type VerdictSecond } from "./watch-verdicts.ts";

const entry = (number: number, fields: Partial<LoggedRequest> = {}): LoggedRequest => ({
  id: `req_${String(number).padStart(5, "0")}`,
  tenantId: "ten_a",
  keyId: "key_1",
  atMs: 1_000,
  endpoint: "/",
  verdict: "VALID",
  ip: null,
  userAgent: null,
  facts: { cost: 1, needed: [], missing: [], key: null, spent: null },
  ...fields,
});

const open = () => {
  const time = { ms: 1_000 };
  const log: LoggedRequest[] = [];
  const listeners = new Set<Parameters<Parameters<typeof createVerdictWatch>[0]["live"]["watch"]>[0]>();
  const asked: number[] = [];
  const verdicts = createVerdictWatch({
    live: {
      watch: (watcher) => {
        listeners.add(watcher);
        return () => void listeners.delete(watcher);
      },
    },
    requests: {
      recent: async (tenantIds, sinceMs, limitOfEach) => {
        asked.push(tenantIds.length);
        return log.filter(({ tenantId, atMs }) => tenantIds.includes(tenantId) && atMs >= sinceMs).slice(-limitOfEach);
      },
    },
    clock: { nowMs: () => time.ms },
  });
  const use = (keyId: string, requests: number, refused: number): void => {
    for (const { onSignal } of listeners) onSignal({ kind: "use", tenantId: "ten_a", keys: [{ keyId, requests, refused }], atMs: time.ms });
  };
  const watch = (keyId: string | null = null) => {
    const seconds: VerdictSecond[] = [];
    return { seconds, stop: verdicts.watch({ tenantId: "ten_a", keyId, onSecond: (second) => seconds.push(second), onGap: () => {} }) };
  };
  return { time, log, listeners, asked, verdicts, use, watch };
};

it("shows each entry once, refusals first and a hundred at most, beside all that were counted", async () => {
  const { time, log, verdicts, use, watch } = open();
  const { seconds } = watch();
  log.push(...Array.from({ length: 120 }, (_, number) => entry(number)), entry(120, { verdict: "REVOKED" }));
  use("key_1", 300, 1);
  await verdicts.tick();
  expect(seconds[0]).toMatchObject({ requests: 300, refused: 1, isSampled: true });
  expect(seconds[0]?.shown).toHaveLength(100);
  expect(seconds[0]?.shown[0]?.verdict).toBe("REVOKED");
  time.ms += 1_000;
  log.push(entry(200, { atMs: 1_500 }));
  use("key_1", 1, 0);
  await verdicts.tick();
  expect(seconds[1]).toMatchObject({ requests: 1, shown: [{ id: "req_00200" }], isSampled: false });
});

it("tells a key's alone to who watches it, shares what is the same, and asks for nothing while nobody watches", async () => {
  const { log, listeners, asked, verdicts, use, watch } = open();
  const [one, other, another] = [watch("key_2"), watch(), watch()];
  log.push(entry(1), entry(2, { keyId: "key_2" }), entry(3, { tenantId: "ten_b" }));
  use("key_1", 5, 0);
  use("key_2", 2, 1);
  await verdicts.tick();
  expect(one.seconds).toMatchObject([{ requests: 2, refused: 1, shown: [{ id: "req_00002" }] }]);
  expect(other.seconds[0]).toMatchObject({ requests: 7, shown: [{ id: "req_00001" }, { id: "req_00002" }] });
  expect(other.seconds[0]).toBe(another.seconds[0]);
  expect(asked).toEqual([1]);
  for (const { stop } of [one, other, another]) stop();
  await verdicts.tick();
  expect([asked.length, listeners.size]).toEqual([1, 0]);
});

it("goes on showing where the clock is set back, and nothing twice", async () => {
  const { time, log, verdicts, watch } = open();
  time.ms = 100_000;
  const { seconds } = watch();
  for (let second = 0; second < 60; second++) {
    log.push(entry(second, { atMs: time.ms }));
    await verdicts.tick();
    time.ms += 1_000;
  }
  time.ms -= 30_000;
  for (let second = 60; second < 120; second++) {
    await verdicts.tick();
    log.push(entry(second, { atMs: time.ms }));
    await verdicts.tick();
    time.ms += 1_000;
  }
  const shown = seconds.flatMap((second) => second.shown.map(({ id }) => id));
  expect(shown).toEqual(log.map(({ id }) => id));
});
