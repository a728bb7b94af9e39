import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { type ChainLine, createChainVerifier } from "@keywright/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemorySecretStore } from "../memory/memory-secret-store.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import type { Signatures } from "../ports/signatures.ts";
import { sha256 } from "../testing/sha256.ts";
import { createRows } from "../testing/store-rows.ts";
import { loadAuditKey } from "./audit-key.ts";
import { chainLines } from "./chain-lines.ts";
import { dropOldEntries } from "./drop-old-entries.ts";
import { type BrokenChain, sealChains } from "./seal-chains.ts";

const signatures: Signatures = {
  makeKey: () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    return {
      privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
    };
  },
  sign: (key, text) => sign(null, Buffer.from(text), key).toString("base64url"),
  isSigned: (key, text, signature) => verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(signature, "base64url")),
  keyId: (key) => createHash("sha256").update(key).digest("hex").slice(0, 16),
};

const dayMs = 86_400_000;
const minuteMs = 60_000;

const openTrail = async () => {
  const time = { nowMs: 100 * dayMs, made: 0 };
  const rows = createRows();
  const store = createMemoryStore(sha256);
  const secretStore = createMemorySecretStore();
  const key = await loadAuditKey({ secretStore, signatures });
  const broken: BrokenChain[] = [];
  const random = {
    bytes: (count: number) => new Uint8Array(count),
    uuidV7: () => {
      time.made += 1;
      return new Uint8Array(16).fill(time.made);
    },
  };
  const deps = {
    store,
    secretStore,
    random,
    clock: { nowMs: () => time.nowMs },
    sha256,
    auditKey: async () => key,
    onBrokenChain: (chain: BrokenChain) => void broken.push(chain),
  };
  const enter = async (tenantId: string | null, ...daysAgo: readonly number[]) => {
    for (const days of daysAgo) await store.audit.append(rows.entry({ tenantId, atMs: time.nowMs - days * dayMs }));
  };
  const read = async (tenantId: string | null) => {
    const lines: ChainLine[] = [];
    for await (const line of chainLines(deps, { tenantId, after: 0 })) lines.push(line);
    return lines;
  };
  const check = async (tenantId: string | null) => {
    const verifier = createChainVerifier({ sha256, isSigned: key.isSigned }, { tenantId });
    for (const line of await read(tenantId)) verifier.take(JSON.parse(JSON.stringify(line)));
    return verifier.finish();
  };
  return { ...deps, time, key, broken, enter, read, check };
};

describe("the audit key", () => {
  it("is made once, whoever asks first, and signs for all", async () => {
    const secretStore = createMemorySecretStore();
    const [one, other] = await Promise.all([loadAuditKey({ secretStore, signatures }), loadAuditKey({ secretStore, signatures })]);
    expect(one.publicKey).toBe(other.publicKey);
    const checkpoint = one.sign({ type: "checkpoint", kind: "periodic", tenant_id: null, sequence: 1, hash: "h", at_ms: 1 });
    expect(checkpoint.key_id).toBe(other.keyId);
    const { signature: _signature, ...line } = checkpoint;
    const text = JSON.stringify(Object.fromEntries(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1))));
    expect(other.isSigned(text, checkpoint)).toBe(true);
    expect(other.isSigned(`${text} `, checkpoint)).toBe(false);
    expect(other.isSigned(text, { ...checkpoint, key_id: "another" })).toBe(false);
  });

  it("that is damaged stops whoever needs it", async () => {
    const secretStore = createMemorySecretStore();
    await secretStore.write("keywright/audit-key", { private_key: "p" }, 0);
    await expect(loadAuditKey({ secretStore, signatures })).rejects.toThrow("damaged");
  });
});

describe("sealing", () => {
  it("signs each chain that was added to, and no more often than asked", async () => {
    const trail = await openTrail();
    await trail.enter(null, 0, 0);
    await trail.enter("ten_1", 0);
    expect(await sealChains(trail, minuteMs)).toBe(2);
    expect(await sealChains(trail, minuteMs)).toBe(0);
    await trail.enter(null, 0);
    expect(await sealChains(trail, minuteMs)).toBe(0);
    trail.time.nowMs += minuteMs;
    expect(await sealChains(trail, minuteMs)).toBe(1);
    expect(await trail.check(null)).toMatchObject({ entries: 3, checkpoints: 2, sealed_through: 3, problem: null });
    expect((await trail.read("ten_1")).map(({ type }) => type)).toEqual(["entry", "checkpoint", "head"]);
  });

  it("orders entries by their sequence, and goes on sealing, however often the clock is set back", async () => {
    const steps = fc.array(fc.record({ hours: fc.integer({ min: -48, max: 48 }), seals: fc.boolean() }), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(steps, async (walk) => {
      const trail = await openTrail();
      const seal = { count: 0, atMs: 0 };
      for (const { hours, seals } of walk) {
        trail.time.nowMs = Math.max(dayMs, trail.time.nowMs + hours * 3_600_000);
        await trail.enter("ten_1", 0);
        if (!seals || trail.time.nowMs === seal.atMs) continue;
        // Time has passed since the last checkpoint, or the clock was set back.
        seal.count += await sealChains(trail, minuteMs);
        seal.atMs = trail.time.nowMs;
        const { sequence, sealedSequence } = await trail.store.chains.end("ten_1");
        expect(sealedSequence).toBe(sequence);
      }
      const lines = await trail.read("ten_1");
      const entries = lines.flatMap((line) => (line.type === "entry" ? [line.sequence] : []));
      expect(entries).toEqual(walk.map((_, place) => place + 1));
      expect(await trail.check("ten_1")).toMatchObject({ entries: walk.length, checkpoints: seal.count, problem: null });
      expect(trail.broken).toEqual([]);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("reads long chains page by page, and goes on from the last checkpoint", async () => {
    const trail = await openTrail();
    await trail.enter(null, ...Array.from({ length: 1_201 }, () => 0));
    await sealChains(trail, 0);
    await trail.enter(null, 0);
    expect(await sealChains(trail, 0)).toBe(1);
    expect(await trail.check(null)).toMatchObject({ entries: 1_202, checkpoints: 2, problem: null });
  });

  it("puts no signature under what does not fit, and says so", async () => {
    const trail = await openTrail();
    await trail.enter("ten_1", 0, 0, 0);
    const [first] = await trail.store.chains.entries({ tenantId: "ten_1", after: 0, limit: 1 });
    const forged = { ...trail.store.chains, entries: async () => [{ ...first, reason: "forged" }] } as unknown as typeof trail.store.chains;
    expect(await sealChains({ ...trail, store: { chains: forged } }, 0)).toBe(0);
    expect(trail.broken).toMatchObject([{ tenantId: "ten_1", problem: { sequence: 1 } }]);
    expect(await trail.store.chains.checkpoints({ tenantId: "ten_1", after: 0, limit: 10 })).toEqual([]);
  });

  it("leaves a witness in the secret store, which tells of entries that went with their checkpoints", async () => {
    const trail = await openTrail();
    await trail.enter("ten_1", 0, 0);
    await sealChains(trail, 0);
    const emptied = createMemoryStore(sha256);
    const lines: ChainLine[] = [];
    for await (const line of chainLines({ ...trail, store: emptied }, { tenantId: "ten_1", after: 0 })) lines.push(line);
    expect(lines.map(({ type, sequence }) => [type, sequence])).toEqual([
      ["checkpoint", 2],
      ["head", 0],
    ]);
  });
});

describe("retention", () => {
  it("drops what is older, and proves what it dropped", async () => {
    const trail = await openTrail();
    await trail.enter("ten_1", 50, 45, 40, 10, 0);
    await trail.enter(null, 50);
    await sealChains(trail, 0);
    expect(await dropOldEntries(trail, 31)).toBe(3);
    expect(await dropOldEntries(trail, 31)).toBe(0);
    expect(await trail.check("ten_1")).toMatchObject({ first_sequence: 4, last_sequence: 6, sealed_through: 5, problem: null });
    const { items } = await trail.store.audit.list({ tenantId: "ten_1", action: "audit_log.dropped" }, { limit: 10, after: null });
    expect(items).toMatchObject([{ actorType: "system", after: { through: 3, entries: 3 } }]);
    expect(await trail.check(null)).toMatchObject({ entries: 1, problem: null });
    trail.time.nowMs += 32 * dayMs;
    expect(await dropOldEntries(trail, 31)).toBe(2);
    expect(await trail.check("ten_1")).toMatchObject({ first_sequence: 6, problem: null });
  });

  it("keeps what stands behind a younger entry, though a clock went back meanwhile", async () => {
    const trail = await openTrail();
    await trail.enter("ten_1", 50, 1, 50, 0);
    expect(await dropOldEntries(trail, 31)).toBe(1);
    expect((await trail.check("ten_1")).first_sequence).toBe(2);
  });

  it("keeps what does not fit: it is evidence", async () => {
    const trail = await openTrail();
    await trail.enter("ten_1", 50, 49, 0);
    const { chains } = trail.store;
    const forged = {
      ...chains,
      entries: async (page: Parameters<typeof chains.entries>[0]) => (await chains.entries(page)).map((entry) => ({ ...entry, ip: "::1" })),
    };
    expect(await dropOldEntries({ ...trail, store: { ...trail.store, chains: forged } }, 31)).toBe(0);
    expect(trail.broken).toMatchObject([{ tenantId: "ten_1", problem: { sequence: 1 } }]);
  });
});
