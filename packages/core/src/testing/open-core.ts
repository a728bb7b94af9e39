import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { cacheRecords } from "../cached-records.ts";
import { createKeyring } from "../keyring.ts";
import { loadPeppers } from "../load-peppers.ts";
import { createMemoryLedger } from "../memory/memory-ledger.ts";
import { createMemorySecretStore } from "../memory/memory-secret-store.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import type { Actor } from "../model/audit.ts";
import type { Policy } from "../model/policy.ts";
import type { Tenant } from "../model/tenant.ts";
import type { Addresses } from "../ports/addresses.ts";
import type { Cryptography } from "../ports/keyed-hash.ts";
import type { Random } from "../ports/random.ts";
import { createProver } from "../prove.ts";
import { createStoredRecords } from "../records.ts";
import { createTamperAlarm, type TamperedRow } from "../tampering.ts";
import { sha256 } from "./sha256.ts";

const testPolicy: Policy = {
  prefix: "pm",
  bodyLength: 32,
  scopes: { send_email: "", read_analytics: "", manage_contacts: "" },
  tiers: { starter: { limit: 60, windowSeconds: 60 }, pro: { limit: 300, windowSeconds: 60 }, enterprise: { limit: 1000, windowSeconds: 60 } },
  defaultExpiresInDays: 90,
  maxExpiresInDays: 365,
  allowNoExpiry: false,
  maxKeysPerMember: 10,
  maxKeysPerTeam: 50,
  maxInvitationsPerHour: 8,
  defaultGraceSeconds: 86_400,
  bcryptCost: 4,
  auditCheckpointMinutes: 5,
  auditRetentionDays: null,
  bruteForce: "block",
  neverBlock: [],
  reminders: { rotateAfterDays: 90, expiryDays: [14, 7, 1] },
  reminderCheckSeconds: 3_600,
  embedOrigins: ["https://app.example.com", "https://other.example.com"],
  onLedgerOutage: "degrade",
  onStoreOutage: "serve",
  requestLog: { isEnabled: true, perSecond: 100, addresses: "full" },
  usageByCountry: false,
};

export const operator: Actor = { type: "root_key", id: "key_operator", tenantId: null, memberId: null, scopes: ["*"], ip: null, requestId: null };

/** Standard constructions from `node:crypto`, as short as they can be: the fast ones are a driver's. */
const cryptography: Cryptography = {
  keyedHash: (key) => (text) => createHmac("sha256", key).update(text).digest("base64url"),
  marker: (key) => (text) => createHash("sha256").update(key).update(text).digest().toString("latin1"),
  deriveKey: (key, info) => new Uint8Array(hkdfSync("sha256", key, "", info, 32)),
  equal: (left, right) => left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right)),
  seal: (key, text, context) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
  },
  open: (key, sealed, context) => {
    const bytes = Buffer.from(sealed, "base64url");
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  },
};

const addresses: Addresses = {
  parseAddress: (text) => text,
  networkOf: (text) => text,
  parseRange: (text) => (text.startsWith("bad") ? { reason: "must be an address" } : { range: text }),
  matcher: (ranges) => (address) => ranges.includes(address),
};

/** A UUIDv7 whose time is the test's clock and whose counter never repeats. */
const createRandom = (nowMs: () => number): Random => {
  const made = { count: 0 };
  return {
    bytes: (count) => randomBytes(count),
    uuidV7: () => {
      const bytes = randomBytes(16);
      made.count += 1;
      bytes.writeUIntBE(nowMs(), 0, 6);
      bytes.writeUInt32BE(0x70000000 + made.count, 6);
      return bytes;
    },
  };
};

/** A whole core on its reference drivers, and what a test wants to see of them. */
export const openCore = async (policy: Policy = testPolicy) => {
  const time = { nowMs: Date.UTC(2026, 10, 21, 12) };
  const clock = { nowMs: () => time.nowMs };
  const random = createRandom(clock.nowMs);
  const store = createMemoryStore(sha256);
  const secretStore = createMemorySecretStore();
  const seen = { compares: 0, tampered: [] as TamperedRow[] };
  const secretHash = {
    hash: async (text: string) => scryptSync(text, "salt", 16, { N: 2 }).toString("hex"),
    compare: async (text: string, hash: string) => {
      seen.compares += 1;
      return scryptSync(text, "salt", 16, { N: 2 }).toString("hex") === hash;
    },
  };
  const keyring = createKeyring(cryptography, await loadPeppers({ secretStore, random }));
  const ids = { moves: 0 };
  const newMoveId = () => {
    ids.moves += 1;
    return `mov_${ids.moves}`;
  };
  const ledger = createMemoryLedger({ clock, newMoveId, maxEntries: 1_000 });
  const alarm = createTamperAlarm({ store, clock, random, onTampering: (row) => seen.tampered.push(row) });
  const ports = { store, secretStore, secretHash, ledger, keyring, cryptography, random, clock, addresses, policy, format: policy };
  const poolOf = (tenant: Tenant) => tenant.rateLimit ?? policy.tiers[tenant.tier];
  /** One more process on the same engines, with a cache of its own. */
  const openVerifier = () => ({
    ...ports,
    records: cacheRecords(createStoredRecords({ store, keyring, addresses, alarm, poolOf }), { maxRecords: 100 }),
    prove: createProver({ store, secretStore, secretHash, keyring, alarm }),
    poolOf,
  });
  const advance = (ms: number) => {
    time.nowMs += ms;
  };
  return { ...openVerifier(), openVerifier, seen, advance };
};

export type Core = Awaited<ReturnType<typeof openCore>>;
