import type { AuditEntry } from "../model/audit.ts";
import type { ApiKey, KeySecret, Signed } from "../model/key.ts";
import type { Invitation, Member, Team, Tenant } from "../model/tenant.ts";
import type { Store } from "../ports/store.ts";

/** The moment that the rows of the contract start from: 2026-01-15T10:00Z. */
export const startMs = 1_768_471_200_000;

/** Rows for one run of the contract. Ids rise, so that what is made later sorts later. */
export const createRows = () => {
  let made = 0;
  const id = (prefix: string): string => {
    made += 1;
    return `${prefix}_${String(made).padStart(22, "0")}`;
  };
  const digest = (): string => {
    const bytes = Buffer.alloc(32, 0xa5);
    made += 1;
    bytes.writeUInt32BE(made);
    return bytes.toString("base64url");
  };
  const signed = <T extends { readonly id: string }>(row: T): Signed<T> => ({ row, tag: `tag of ${row.id}` });

  const tenant = (fields: Partial<Tenant> = {}): Signed<Tenant> =>
    signed({
      id: id("ten"),
      name: "Acme",
      tier: "starter",
      status: "active",
      rateLimit: null,
      developerScopes: null,
      reminders: null,
      createdAtMs: startMs,
      updatedAtMs: startMs,
      revision: 1,
      ...fields,
    });
  const team = (tenantId: string, fields: Partial<Team> = {}): Team => {
    const teamId = id("team");
    return { id: teamId, tenantId, name: teamId, createdAtMs: startMs, updatedAtMs: startMs, ...fields };
  };
  const invitation = (tenantId: string, fields: Partial<Invitation> = {}): Invitation => {
    const invitationId = id("inv");
    return {
      id: invitationId,
      tenantId,
      email: `${invitationId}@example.com`,
      role: "developer",
      teamIds: [],
      digest: digest(),
      createdAtMs: startMs,
      expiresAtMs: startMs + 1,
      acceptedAtMs: null,
      withdrawnAtMs: null,
      ...fields,
    };
  };
  const member = (tenantId: string, fields: Partial<Member> = {}): Member => {
    const memberId = id("mem");
    return { id: memberId, tenantId, email: `${memberId}@example.com`, name: "Ada", role: "developer", accountId: null, createdAtMs: startMs, ...fields };
  };
  const key = (fields: Partial<ApiKey> = {}): Signed<ApiKey> =>
    signed({
      id: id("key"),
      tenantId: null,
      ownerId: null,
      name: "a key",
      environment: "live",
      scopes: ["send_email"],
      state: "active",
      ipAllowlist: [],
      rateLimit: null,
      monthlyQuota: null,
      metadata: {},
      expiresAtMs: null,
      createdAtMs: startMs,
      updatedAtMs: startMs,
      revokedAtMs: null,
      revokedReason: null,
      revision: 1,
      ...fields,
    });
  const secret = (keyId: string, fields: Partial<KeySecret> = {}): Signed<KeySecret> =>
    signed({
      id: id("sec"),
      keyId,
      digest: digest(),
      pepperVersion: 1,
      hint: "pm_live_…x7Qk",
      createdAtMs: startMs,
      validUntilMs: null,
      proved: false,
      ...fields,
    });
  const entry = (fields: Partial<AuditEntry> = {}): AuditEntry => ({
    id: id("aud"),
    tenantId: null,
    atMs: startMs,
    actorType: "system",
    actorId: null,
    action: "key.created",
    targetType: "key",
    targetId: id("key"),
    reason: null,
    ip: null,
    requestId: null,
    before: null,
    after: null,
    ...fields,
  });
  return { id, digest, tenant, member, team, invitation, key, secret, entry };
};

export type Rows = ReturnType<typeof createRows>;

/** What each part of the contract works with. The store is opened before the tests and closed after them. */
export interface StoreBench {
  readonly store: () => Store;
  readonly rows: Rows;
}

/** A tenant that is stored. */
export const storedTenant = async ({ store, rows }: StoreBench): Promise<Tenant> => {
  const tenant = rows.tenant();
  await store().tenants.insert(tenant);
  return tenant.row;
};

/** A key of this tenant that is stored. */
export const storedKeyOf = async ({ store, rows }: StoreBench, tenantId: string | null, fields: Partial<ApiKey> = {}): Promise<Signed<ApiKey>> => {
  const key = rows.key({ tenantId, ...fields });
  await store().keys.insert(key);
  return key;
};

/** Text that an engine could take for something else. */
export const awkwardTexts = [
  "plain",
  "100%",
  "under_score",
  "back\\slash",
  'quo"te',
  "it's",
  "{brace,comma}",
  "NULL",
  "$1 ?",
  "-- x; drop table keys",
  "Grüße, Ærøskøbing",
  "日本語のキー",
  "👩‍🚀🔑",
  " spaces ",
] as const;
