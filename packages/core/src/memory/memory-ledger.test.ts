import { expect, it } from "vitest";
import type { SpendRequest } from "../ports/ledger.ts";
import { ledgerContract } from "../testing/ledger.contract.ts";
import { createMemoryLedger } from "./memory-ledger.ts";

const start = Date.UTC(2026, 10, 21, 12, 30);

const openLedger = (maxEntries = 10_000) => {
  const time = { nowMs: start, ids: 0 };
  const newId = (prefix: string) => {
    time.ids += 1;
    return `${prefix}_${time.ids}`;
  };
  const ledger = createMemoryLedger({ clock: { nowMs: () => time.nowMs }, newMoveId: () => newId("mov"), maxEntries });
  return {
    ledger,
    newId,
    advance: (ms: number) => {
      time.nowMs += ms;
    },
  };
};

ledgerContract("the memory ledger", async () => openLedger());

it("a clock that steps back over the turn of a month hands out no quota twice, and the bucket goes on refilling", async () => {
  const { ledger, advance } = openLedger();
  const request: SpendRequest = {
    key: { id: "k", revision: 1 },
    tenant: null,
    decided: "VALID",
    keyLimit: { limit: 60, windowSeconds: 60 },
    poolLimit: null,
    monthlyQuota: 100,
    cost: 60,
    dryRun: false,
    endpoint: "-",
    ip: null,
    install: null,
  };
  const miss = await ledger.spend(request);
  const lease = miss.state === "MISS" ? miss.lease : "";
  advance(10 * 86_400_000);
  expect(await ledger.spend({ ...request, install: { lease, keyBudget: null, tenantBudget: null } })).toMatchObject({
    outcome: "VALID",
    quota: { remaining: 40 },
  });
  advance(-10 * 86_400_000);
  expect(await ledger.spend({ ...request, cost: 1 })).toMatchObject({ outcome: "RATE_LIMITED", quota: { remaining: 40 } });
  advance(60_000);
  expect(await ledger.spend(request)).toMatchObject({ outcome: "QUOTA_EXCEEDED", key: { remaining: 60 } });
});

it("lets go only of entries whose budgets the store has", async () => {
  const { ledger } = openLedger(2);
  const spend = async (id: string) => {
    const request: SpendRequest = {
      key: { id, revision: 1 },
      tenant: null,
      decided: "VALID",
      keyLimit: { limit: 10, windowSeconds: 60 },
      poolLimit: null,
      monthlyQuota: null,
      cost: 1,
      dryRun: false,
      endpoint: "-",
      ip: null,
      install: null,
    };
    const result = await ledger.spend(request);
    return result.state === "MISS" ? ledger.spend({ ...request, install: { lease: result.lease, keyBudget: null, tenantBudget: null } }) : result;
  };
  for (const id of ["a", "b", "c", "d"]) await spend(id);
  expect(await spend("a")).toMatchObject({ key: { remaining: 8 } });
  const move = await ledger.take();
  await ledger.confirm(move?.id ?? "");
  for (const id of ["e", "f"]) await spend(id);
  expect(await spend("b")).toMatchObject({ key: { remaining: 9 } });
});
