import {
  type ApiKey,
  type Keyring,
  type KeySecret,
  keyText,
  mintKey,
  newId,
  type RateLimit,
  Secret,
  secretText,
  type Tenant,
  tenantText,
} from "@keywright/core";
import { createRandom, systemClock } from "@keywright/drivers";
import { newKey, newSecret, newTenant } from "./rows.ts";
import { type Pool, runSql } from "./run-sql.ts";

export interface Filling {
  readonly keys: number;
  readonly tenants: number;
  /** Of each key; null: none. */
  readonly rateLimit: RateLimit | null;
  /** Of each tenant's pool. */
  readonly poolLimit: RateLimit;
}

const format = { prefix: "pm", bodyLength: 32 };
const random = createRandom({ clock: systemClock });
const rowsAtOnce = 5_000;

type Row = Readonly<Record<string, unknown>>;

/** Writes keys as rows, signed and proved: creating each would cost a bcrypt, and none of that is measured here. Answers with their texts. */
export const fillKeys = async (pool: Pool, keyring: Keyring, filling: Filling): Promise<readonly string[]> => {
  const nowMs = Date.now();
  const tenants = Array.from({ length: filling.tenants }, (_, number) => newTenant({ id: newId(random, "ten"), number, rateLimit: filling.poolLimit, nowMs }));
  await insert(
    pool,
    "tenants",
    tenants.map((tenant) => tenantRow(keyring, tenant)),
  );
  const texts: string[] = [];
  for (let from = 0; from < filling.keys; from += rowsAtOnce) {
    const made = Array.from({ length: Math.min(rowsAtOnce, filling.keys - from) }, (_, index) => {
      const tenant = tenants[(from + index) % tenants.length];
      return keyOf({ keyring, tenantId: tenant?.id ?? "", number: from + index, rateLimit: filling.rateLimit, nowMs });
    });
    await insert(
      pool,
      "api_keys",
      made.map(({ key }) => keyRow(keyring, key)),
    );
    await insert(
      pool,
      "key_secrets",
      made.map(({ secret }) => secretRow(keyring, secret)),
    );
    texts.push(...made.map(({ text }) => text));
  }
  await runSql(pool, "analyze");
  return texts;
};

const insert = (pool: Pool, table: string, rows: readonly Row[]): Promise<readonly unknown[]> => {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  return runSql(pool, `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`, [JSON.stringify(rows)]);
};

interface NewKey extends Omit<Parameters<typeof newKey>[0], "id"> {
  readonly keyring: Keyring;
}

const keyOf = ({ keyring, ...rest }: NewKey) => {
  const text = mintKey(format, "live", (count) => random.bytes(count));
  const key = newKey({ ...rest, id: newId(random, "key") });
  const secret = newSecret({
    id: newId(random, "sec"),
    keyId: key.id,
    digest: keyring.digest(new Secret(text)),
    pepperVersion: keyring.pepperVersion,
    end: text.slice(-4),
    nowMs: rest.nowMs,
  });
  return { text, key, secret };
};

const rateColumns = (limit: RateLimit | null): Row => ({ rate_limit: limit?.limit ?? null, rate_window_seconds: limit?.windowSeconds ?? null });

const tenantRow = (keyring: Keyring, tenant: Tenant): Row => ({
  id: tenant.id,
  name: tenant.name,
  folded_name: tenant.name.toLowerCase(),
  tier: tenant.tier,
  status: tenant.status,
  ...rateColumns(tenant.rateLimit),
  created_at_ms: tenant.createdAtMs,
  updated_at_ms: tenant.updatedAtMs,
  revision: tenant.revision,
  tag: keyring.tag(tenantText(tenant)),
});

const keyRow = (keyring: Keyring, key: ApiKey): Row => ({
  id: key.id,
  tenant_id: key.tenantId,
  owner_id: key.ownerId,
  name: key.name,
  folded_name: key.name.toLowerCase(),
  environment: key.environment,
  scopes: key.scopes,
  state: key.state,
  ip_allowlist: key.ipAllowlist,
  ...rateColumns(key.rateLimit),
  monthly_quota: key.monthlyQuota,
  metadata: key.metadata,
  expires_at_ms: key.expiresAtMs,
  created_at_ms: key.createdAtMs,
  updated_at_ms: key.updatedAtMs,
  revoked_at_ms: key.revokedAtMs,
  revoked_reason: key.revokedReason,
  revision: key.revision,
  tag: keyring.tag(keyText(key)),
});

const secretRow = (keyring: Keyring, secret: KeySecret): Row => ({
  id: secret.id,
  key_id: secret.keyId,
  digest: `\\x${Buffer.from(secret.digest, "base64url").toString("hex")}`,
  pepper_version: secret.pepperVersion,
  hint: secret.hint,
  created_at_ms: secret.createdAtMs,
  valid_until_ms: secret.validUntilMs,
  proved: secret.proved,
  tag: keyring.tag(secretText(secret)),
});
