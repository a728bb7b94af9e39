import { createKeyring, createProver, createStoredRecords, createTamperAlarm, loadPeppers, type Policy, type TamperedRow } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { addresses } from "../node/addresses.ts";
import { systemClock as clock } from "../node/clock.ts";
import { cryptography } from "../node/cryptography.ts";
import { createRandom } from "../node/random.ts";
import { createSecretHash } from "../node/secret-hash.ts";
import type { PostgresLedger } from "../postgres/ledger/ledger.ts";
import { createStore } from "../postgres/store.ts";
import { createSealedTable } from "../sealed/sealed-table.ts";

const limit = { limit: 1_000, windowSeconds: 60 };
const policy: Policy = {
  prefix: "pm",
  bodyLength: 32,
  scopes: { send_email: "", read_analytics: "" },
  tiers: { starter: limit, pro: limit, enterprise: limit },
  defaultExpiresInDays: 90,
  maxExpiresInDays: 365,
  allowNoExpiry: false,
  maxKeysPerMember: 10,
  maxKeysPerTeam: 50,
  maxInvitationsPerHour: 100,
  defaultGraceSeconds: 0,
  bcryptCost: 4,
  onLedgerOutage: "degrade",
  onStoreOutage: "serve",
  requestLog: { isEnabled: true, perSecond: 100, addresses: "full" },
  usageByCountry: false,
  auditCheckpointMinutes: 5,
  auditRetentionDays: null,
  bruteForce: "block",
  neverBlock: [],
  embedOrigins: [],
  reminders: { rotateAfterDays: 90, expiryDays: [14, 7, 1] },
  reminderCheckSeconds: 3_600,
};
/** Keywright on PostgreSQL alone: store, secrets and ledger. Nothing is cached: every verification reads its rows. */
export const openKeywright = async (pool: PostgresPool, ledger: PostgresLedger) => {
  const store = createStore(pool);
  const secretStore = await createSealedTable({ pool, masterKey: new Uint8Array(32).fill(1) });
  const random = createRandom({ clock });
  const secretHash = createSecretHash({ cost: policy.bcryptCost });
  const keyring = createKeyring(cryptography, await loadPeppers({ secretStore, random }));
  const tampered: TamperedRow[] = [];
  const alarm = createTamperAlarm({ store, clock, random, onTampering: (row) => tampered.push(row) });
  const engine = {
    ...{ store, secretStore, secretHash, random, clock, keyring, addresses, policy, format: policy },
    records: createStoredRecords({ store, keyring, addresses, alarm, poolOf: () => limit }),
    prove: createProver({ store, secretStore, secretHash, keyring, alarm }),
    ledger: { ...ledger, announce: async () => {} },
  };
  return { engine, tampered };
};
