import {
  type AuditChains,
  type AuditEntry,
  type AuditKey,
  type ChainEnd,
  type ChainReport,
  type Checkpoint,
  chainLines,
  createChainVerifier,
  loadAuditKey,
  type SecretStore,
  type Store,
  sealChains,
} from "@keywright/core";
import { sha256 } from "../node/sha256.ts";
import { signatures } from "../node/signatures.ts";
import { type ChainRow, toChainedEntry } from "../postgres/audit-chains.ts";

export const auditedTenant = "ten_01F8MECHZX3TBDSZ7XRADM";

/** All that is in the database about one chain, as it stands there. */
export interface AuditTables {
  readonly rows: readonly ChainRow[];
  readonly checkpoints: readonly Checkpoint[];
  readonly end: ChainEnd;
}

/** A secret store in memory, as small as it can be. */
const createSmallSecretStore = (): Pick<SecretStore, "read" | "write"> => {
  const entries = new Map<string, { data: Readonly<Record<string, string>>; version: number }>();
  return {
    read: async (path) => entries.get(path),
    write: async (path, data, expected) => {
      if ((entries.get(path)?.version ?? 0) !== expected) return false;
      entries.set(path, { data, version: expected + 1 });
      return true;
    },
  };
};

const contents = [
  { before: null, after: { name: "Production mailer", scopes: ["send_email", "read_analytics"], rateLimit: { limit: 10, windowSeconds: 60 }, revision: 1 } },
  { before: { state: "active", expiresAtMs: null }, after: { state: "revoked", revision: 2 } },
  { before: { name: "Grüße, Ærøskøbing" }, after: { name: "日本語のキー 👩‍🚀" } },
  { before: {}, after: null },
] as const;

const entryOf = (index: number): AuditEntry => ({
  id: `aud_${String(index).padStart(22, "0")}`,
  tenantId: auditedTenant,
  atMs: 1_768_471_200_000 + index * 977,
  actorType: "root_key",
  actorId: index % 3 === 0 ? null : "key_01F8MECHZX3TBDSZ7XRADM",
  action: "key.updated",
  targetType: "key",
  targetId: `key_${String(index).padStart(22, "0")}`,
  reason: index % 2 === 0 ? "left the company; key leaked" : null,
  ip: index % 4 === 0 ? "2001:db8::7" : "203.0.113.7",
  requestId: `req_${index}`,
  ...(contents[index % contents.length] ?? { before: null, after: null }),
});

export interface AuditScene {
  readonly secretStore: Pick<SecretStore, "read" | "write">;
  readonly key: AuditKey;
}

/** Enters so many, and seals the chain behind each of `sealedAt`. */
export const fillChain = async (store: Store, count: number, sealedAt: readonly number[]): Promise<AuditScene> => {
  const scene = await createAuditScene();
  const deps = { store, ...scene, clock: { nowMs: () => 1_768_471_300_000 }, sha256, auditKey: async () => scene.key, onBrokenChain: () => {} };
  for (let index = 1; index <= count; index++) {
    await store.audit.append(entryOf(index));
    if (sealedAt.includes(index)) await sealChains(deps, 0);
  }
  return scene;
};

/** A secret store with a key. */
export const createAuditScene = async (): Promise<AuditScene> => {
  const secretStore = createSmallSecretStore();
  const key = await loadAuditKey({ secretStore, signatures });
  return { secretStore, key: { ...key, isSigned: remembered(key.isSigned) } };
};

/** A signature takes a tenth of a millisecond: of thousands of looks at the same one, one is enough. */
const remembered = (isSigned: AuditKey["isSigned"]): AuditKey["isSigned"] => {
  const answers = new Map<string, boolean>();
  return (text, signed) => {
    const name = JSON.stringify([text, signed.key_id, signed.signature]);
    const answer = answers.get(name) ?? isSigned(text, signed);
    answers.set(name, answer);
    return answer;
  };
};

/** Verifies as `keywright audit verify` does, what `chains` reads. */
export const verifyChains = async ({ secretStore, key }: AuditScene, chains: Pick<AuditChains, "entries" | "checkpoints" | "end">): Promise<ChainReport> => {
  const verifier = createChainVerifier({ sha256, isSigned: key.isSigned }, { tenantId: auditedTenant });
  for await (const line of chainLines({ store: { chains }, secretStore }, { tenantId: auditedTenant, after: 0 })) {
    verifier.take(line);
    if (!verifier.isGood()) break;
  }
  return verifier.finish();
};

/** Reads tables that are in memory, as the database's are read. */
export const chainsOf = ({ rows, checkpoints, end }: AuditTables): Pick<AuditChains, "entries" | "checkpoints" | "end"> => {
  const entries = rows.map(toChainedEntry).sort((one, other) => one.sequence - other.sequence);
  const signed = [...checkpoints].sort((one, other) => one.sequence - other.sequence || (one.kind < other.kind ? 1 : -1));
  return {
    end: async () => end,
    entries: async ({ tenantId, after, limit }) => entries.filter((entry) => entry.tenantId === tenantId && entry.sequence > after).slice(0, limit),
    checkpoints: async ({ tenantId, after, limit }) =>
      signed.filter((checkpoint) => checkpoint.tenant_id === tenantId && checkpoint.sequence >= after).slice(0, limit),
  };
};
