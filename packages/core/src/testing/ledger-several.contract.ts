import { expect, it } from "vitest";
import type { Known, Ledger, SpendRequest, SpendResult } from "../ports/ledger.ts";
import type { UsageSource } from "../ports/usage-source.ts";
import type { Committed } from "./ledger.contract.ts";
import { drain, outcomes, spendInstalling } from "./ledger-steps.ts";

/** A ledger that knows a key and its tenant. */
interface Bench {
  readonly ledger: Ledger & UsageSource;
  readonly key: Known;
  newId(prefix: string): string;
  request(change?: Partial<SpendRequest>): SpendRequest;
  /** Of that key, installed where need be. */
  spend(change?: Partial<SpendRequest>): Promise<SpendResult>;
  commit(committed: Committed): Promise<void>;
  change(committed: Committed): Promise<void>;
}

/** What `Ledger` promises of requests that come together. */
export const testSeveral = (setUp: () => Promise<Bench>): void => {
  it("looks at a request that stands behind another one only where that one is counted as VALID", async () => {
    const { ledger, spend, request, key, newId, commit, change } = await setUp();
    await drain(ledger);
    const caller: Known = { id: newId("key"), revision: 1 };
    await commit({ keys: [caller] });
    const first = (change: Partial<SpendRequest> = {}) => request({ key: caller, tenant: null, poolLimit: null, endpoint: "POST /v1/verify", ...change });
    await spendInstalling(ledger, first());
    const limited = { keyLimit: { limit: 3, windowSeconds: 2_592_000 } };
    await spend(limited);
    const both = await Promise.all(Array.from({ length: 4 }, () => ledger.spendBehind(first(), request(limited))));
    expect(outcomes(both.flatMap((result) => result ?? []))).toEqual({ VALID: 2, RATE_LIMITED: 2 });
    expect(await ledger.spendBehind(first({ decided: "DISABLED" }), request(limited))).toBeUndefined();
    await change({ keys: [{ ...caller, revision: 2 }] });
    expect(await ledger.spendBehind(first(), request(limited))).toBeUndefined();
    expect(await ledger.spendBehind(first({ key: { id: newId("key"), revision: 1 } }), request(limited))).toBeUndefined();
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    const requestsOf = (id: string, outcome: string) =>
      counts.filter((line) => line.keyId === id && line.outcome === outcome).reduce((sum, { requests }) => sum + requests, 0);
    expect([requestsOf(caller.id, "VALID"), requestsOf(key.id, "VALID"), requestsOf(key.id, "RATE_LIMITED"), requestsOf(caller.id, "DISABLED")]).toEqual([
      5, 3, 2, 1,
    ]);
  });

  it("spends several in their order, each by itself", async () => {
    const { ledger, spend, request, key, newId, commit, change } = await setUp();
    const changed: Known = { id: newId("key"), revision: 1 };
    await commit({ keys: [changed] });
    await spendInstalling(ledger, request({ key: changed }));
    await change({ keys: [{ ...changed, revision: 2 }] });
    const limited = { keyLimit: { limit: 3, windowSeconds: 2_592_000 } };
    await spend(limited);
    await drain(ledger);
    const several = [
      ...Array.from({ length: 3 }, () => request(limited)),
      request({ key: changed }),
      request({ key: { id: newId("key"), revision: 1 } }),
      request(),
    ];
    const results = await ledger.spendAll(several);
    expect(results.map((one) => ("state" in one && one.state === "DONE" ? one.outcome : "state" in one && one.state))).toEqual([
      ...["VALID", "VALID", "RATE_LIMITED"],
      ...["STALE", "MISS", "VALID"],
    ]);
    expect(await ledger.spendAll([])).toEqual([]);
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    const requestsOf = (outcome: string) => counts.filter((line) => line.outcome === outcome).map(({ keyId, requests }) => [keyId, requests]);
    expect([requestsOf("VALID"), requestsOf("RATE_LIMITED")]).toEqual([[[key.id, 3]], [[key.id, 1]]]);
  });

  it.each([3, 64, 150])("spends each of %i behind another one, which is counted as often", async (size) => {
    const { ledger, spend, request, key, newId, commit, change } = await setUp();
    const caller: Known = { id: newId("key"), revision: 1 };
    const changed: Known = { id: newId("key"), revision: 1 };
    await commit({ keys: [caller, changed] });
    const first = (change: Partial<SpendRequest> = {}) => request({ key: caller, tenant: null, poolLimit: null, endpoint: "POST /v1/verify", ...change });
    await spendInstalling(ledger, first());
    await spendInstalling(ledger, request({ key: changed }));
    await change({ keys: [{ ...changed, revision: 2 }] });
    const limited = { keyLimit: { limit: size - 1, windowSeconds: 2_592_000 } };
    await spend({ ...limited, dryRun: true });
    await drain(ledger);
    const several = () => Array.from({ length: size }, () => request(limited));
    const settled = await ledger.spendEachBehind(first(), [...several(), request({ key: changed })]);
    expect(outcomes(settled.slice(0, -1) as readonly SpendResult[])).toEqual({ VALID: size - 1, RATE_LIMITED: 1 });
    expect(settled.at(-1)).toEqual({ state: "STALE" });
    expect(await ledger.spendEachBehind(first(), [])).toEqual([]);
    expect(await ledger.spendEachBehind(first({ decided: "DISABLED" }), several())).toEqual(several().map(() => undefined));
    await change({ keys: [{ ...caller, revision: 2 }] });
    expect(await ledger.spendEachBehind(first(), several())).toEqual(several().map(() => undefined));
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    const requestsOf = (id: string, outcome: string) =>
      counts.filter((line) => line.keyId === id && line.outcome === outcome).reduce((sum, { requests }) => sum + requests, 0);
    expect([
      requestsOf(caller.id, "VALID"),
      requestsOf(caller.id, "DISABLED"),
      requestsOf(key.id, "VALID"),
      requestsOf(key.id, "RATE_LIMITED"),
      requestsOf(changed.id, "VALID"),
    ]).toEqual([size + 1, size, size - 1, 1, 0]);
  });

  it.each([3, 31, 32, 100])("spends %i behind another one only where that one is counted as VALID, which is counted once", async (size) => {
    const { ledger, spend, request, key, newId, commit, change } = await setUp();
    const caller: Known = { id: newId("key"), revision: 1 };
    await commit({ keys: [caller] });
    const first = (change: Partial<SpendRequest> = {}) => request({ key: caller, tenant: null, poolLimit: null, endpoint: "POST /v1/verify/batch", ...change });
    await spendInstalling(ledger, first());
    const limited = { keyLimit: { limit: 2 * size - 1, windowSeconds: 2_592_000 } };
    await spend({ ...limited, dryRun: true });
    await drain(ledger);
    const several = () => Array.from({ length: size }, () => request(limited));
    const both = await Promise.all([ledger.spendAllBehind(first(), several()), ledger.spendAllBehind(first(), several())]);
    expect(both.map((settled) => settled?.length)).toEqual([size, size]);
    expect(await ledger.spendAllBehind(first(), [])).toEqual([]);
    expect(outcomes(both.flatMap((settled) => settled ?? []) as readonly SpendResult[])).toEqual({ VALID: 2 * size - 1, RATE_LIMITED: 1 });
    expect(await ledger.spendAllBehind(first({ decided: "DISABLED" }), several())).toBeUndefined();
    await change({ keys: [{ ...caller, revision: 2 }] });
    expect(await ledger.spendAllBehind(first(), several())).toBeUndefined();
    expect(await ledger.spendAllBehind(first({ key: { id: newId("key"), revision: 1 } }), several())).toBeUndefined();
    const counts = (await drain(ledger)).flatMap((move) => move.counts);
    const requestsOf = (id: string, outcome: string) =>
      counts.filter((line) => line.keyId === id && line.outcome === outcome).reduce((sum, { requests }) => sum + requests, 0);
    expect([requestsOf(caller.id, "VALID"), requestsOf(key.id, "VALID"), requestsOf(key.id, "RATE_LIMITED")]).toEqual([3, 2 * size - 1, 1]);
  });
};
