import { expect, it } from "vitest";
import { createEngineLook } from "./evaluate-alerts.ts";

it("an engine's trouble counts from when this process first saw it, until it is fine", () => {
  const time = { nowMs: 1_000_000 };
  const look = createEngineLook(() => time.nowMs);
  const fine = { checks: { store: "ok", ledger: "ok" } };
  const troubled = { checks: { store: "ok", ledger: "degraded: Redis is out of reach" } };
  const ledger = (minutes: number) => [{ name: "ledger", minutes, detail: "degraded: Redis is out of reach" }];
  expect(look(fine)).toEqual([]);
  expect(look(troubled)).toEqual(ledger(0));
  time.nowMs += 90_000;
  expect(look(troubled)).toEqual(ledger(1));
  expect(look(fine)).toEqual([]);
  expect(look(troubled)).toEqual(ledger(0));
  time.nowMs -= 3_600_000;
  expect(look(troubled)).toEqual(ledger(0));
});
