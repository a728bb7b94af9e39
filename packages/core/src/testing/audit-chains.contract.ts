import { type Checkpoint, createChainVerifier, entryText, firstHash } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import type { ChainedEntry } from "../model/audit.ts";
import { toChainEntry } from "../rules/audit-chain.ts";
import { sha256 } from "./sha256.ts";
import { awkwardTexts, type StoreBench, startMs, storedTenant } from "./store-rows.ts";

/** `AuditChains`, and that `AuditLog.append` continues them. */
export const auditChainsContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  const all = { after: 0, limit: 1_000 };
  const chainOf = (tenantId: string | null) => store().chains.entries({ tenantId, ...all });
  const sequences = (entries: readonly ChainedEntry[]) => entries.map(({ sequence }) => sequence);
  const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  const expectWhole = async (tenantId: string): Promise<void> => {
    const verifier = createChainVerifier({ sha256, isSigned: () => false }, { tenantId });
    for (const entry of await chainOf(tenantId)) verifier.take(JSON.parse(JSON.stringify(toChainEntry(entry))));
    const { sequence, hash } = await store().chains.end(tenantId);
    verifier.take({ type: "head", tenant_id: tenantId, sequence, hash });
    expect(verifier.finish().problem).toBeNull();
  };

  const checkpointOf = (entry: ChainedEntry, kind: Checkpoint["kind"] = "periodic", atMs = startMs): Checkpoint => ({
    type: "checkpoint",
    kind,
    tenant_id: entry.tenantId,
    sequence: entry.sequence,
    hash: entry.hash,
    at_ms: atMs,
    key_id: "k",
    signature: "s",
  });

  describe("audit chains", () => {
    it("are empty where nothing was ever entered", async () => {
      expect(await store().chains.end("ten_nobody")).toEqual({ tenantId: "ten_nobody", sequence: 0, hash: firstHash, sealedSequence: 0 });
      expect(await chainOf("ten_nobody")).toEqual([]);
    });

    it("have each entry, with the hash of what it says and of the one before it", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const before = Object.fromEntries(awkwardTexts.map((text) => [text, { text, list: [text, 1.5, null, { b: 1, a: -0 }] }]));
      for (const reason of [...awkwardTexts, null]) await store().audit.append(rows.entry({ tenantId, reason, before, after: {} }));
      const entries = await chainOf(tenantId);
      expect(sequences(entries)).toEqual(countTo(awkwardTexts.length + 1));
      expect(entries.map(({ previousHash }) => previousHash)).toEqual([firstHash, ...entries.slice(0, -1).map(({ hash }) => hash)]);
      for (const entry of entries) {
        const { hash, ...line } = toChainEntry(entry);
        expect(sha256(entryText(line))).toBe(hash);
      }
      await expectWhole(tenantId);
    });

    it("are one for each tenant, and one for the platform", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const platform = await store().chains.end(null);
      await store().transaction(async ({ audit }) => {
        for (const tenantId of [one.id, null, other.id, one.id]) await audit.append(rows.entry({ tenantId }));
      });
      expect([sequences(await chainOf(one.id)), sequences(await chainOf(other.id))]).toEqual([[1, 2], [1]]);
      expect((await store().chains.end(null)).sequence).toBe(platform.sequence + 1);
      const named = (await store().chains.ends(one.id, 1)).map(({ tenantId }) => tenantId);
      expect(named).toEqual([other.id]);
      expect((await store().chains.ends(undefined, 1)).map(({ tenantId }) => tenantId)).toEqual([null]);
    });

    it("have neither gap nor fork, however many transactions continue several of them at once", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      const changes = Array.from({ length: 40 }, (_, index) =>
        store().transaction(async ({ audit, tenants }) => {
          const [first, second] = index % 2 === 0 ? [one.id, other.id] : [other.id, one.id];
          await audit.append(rows.entry({ tenantId: first }));
          await tenants.lock(second);
          await audit.append(rows.entry({ tenantId: second }));
          return index % 5 === 0 ? Promise.reject(new Error("undone")) : undefined;
        }),
      );
      expect((await Promise.allSettled(changes)).filter(({ status }) => status === "fulfilled")).toHaveLength(32);
      for (const { id } of [one, other]) {
        expect(sequences(await chainOf(id))).toEqual(countTo(32));
        await expectWhole(id);
      }
    });

    it("are read page by page", async () => {
      const { id: tenantId } = await storedTenant(bench);
      await store().transaction(async ({ audit }) => {
        for (let made = 0; made < 5; made++) await audit.append(rows.entry({ tenantId }));
      });
      expect(sequences(await store().chains.entries({ tenantId, after: 1, limit: 3 }))).toEqual([2, 3, 4]);
      expect(sequences(await store().forTenant(tenantId).chains.entries({ tenantId, after: 4, limit: 3 }))).toEqual([5]);
    });

    it("are not there for another tenant", async () => {
      const [one, other] = [await storedTenant(bench), await storedTenant(bench)];
      await store().audit.append(rows.entry({ tenantId: one.id }));
      const [entry] = await chainOf(one.id);
      if (entry === undefined) throw new Error("There is one entry.");
      await store().chains.addCheckpoint(checkpointOf(entry));
      const { chains } = store().forTenant(other.id);
      expect((await chains.end(one.id)).sequence).toBe(0);
      expect(await chains.entries({ tenantId: one.id, ...all })).toEqual([]);
      expect(await chains.checkpoints({ tenantId: one.id, ...all })).toEqual([]);
      expect(
        await store()
          .forTenant(one.id)
          .chains.checkpoints({ tenantId: one.id, ...all }),
      ).toEqual([checkpointOf(entry)]);
      expect(await chains.entries({ tenantId: null, ...all })).toEqual([]);
    });
  });

  describe("checkpoints", () => {
    it("seal a chain until it is added to, and stay as they were made", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const unsealed = async (byMs: number, nowMs = startMs) =>
        (await store().chains.unsealed({ byMs, nowMs, limit: 1_000 })).filter((end) => end.tenantId === tenantId);
      await store().audit.append(rows.entry({ tenantId }));
      expect(await unsealed(startMs)).toHaveLength(1);
      const [first] = await chainOf(tenantId);
      if (first === undefined) throw new Error("There is one entry.");
      await store().chains.addCheckpoint(checkpointOf(first));
      await store().chains.addCheckpoint({ ...checkpointOf(first), signature: "another" });
      expect(await unsealed(startMs)).toEqual([]);
      expect(await store().chains.checkpoints({ tenantId, ...all })).toEqual([checkpointOf(first)]);
      await store().audit.append(rows.entry({ tenantId }));
      expect(await unsealed(startMs - 1)).toEqual([]);
      expect(await unsealed(startMs)).toMatchObject([{ sequence: 2, sealedSequence: 1 }]);
      // By a clock that was set back the checkpoint is of the future: it does not keep the chain from being sealed until then.
      expect(await unsealed(startMs - 2, startMs - 1)).toMatchObject([{ sequence: 2, sealedSequence: 1 }]);
    });

    it("let entries be dropped that a retention checkpoint covers, and no others", async () => {
      const { id: tenantId } = await storedTenant(bench);
      for (let made = 0; made < 4; made++) await store().audit.append(rows.entry({ tenantId, atMs: 1 }));
      const [first, second, third] = await chainOf(tenantId);
      if (first === undefined || second === undefined || third === undefined) throw new Error("There are four entries.");
      await store().chains.addCheckpoint(checkpointOf(second));
      await expect(store().chains.drop(tenantId, 2)).rejects.toThrow("retention checkpoint");
      await store().chains.addCheckpoint(checkpointOf(second, "retention"));
      await store().chains.addCheckpoint({ ...checkpointOf(third, "retention"), hash: first.hash });
      await expect(store().chains.drop(tenantId, 3)).rejects.toThrow("retention checkpoint");
      expect(await store().chains.drop(tenantId, 2)).toBe(2);
      expect(sequences(await chainOf(tenantId))).toEqual([3, 4]);
      expect((await store().chains.checkpoints({ tenantId, after: 2, limit: 2 })).map(({ kind }) => kind)).toEqual(["retention", "periodic"]);
      await store().audit.append(rows.entry({ tenantId }));
      expect((await store().chains.end(tenantId)).sequence).toBe(5);
    });
  });
};
