import { describe, expect, it } from "vitest";
import type { ApiKey } from "../model/key.ts";
import { awkwardTexts, type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

const everyField = {
  environment: "test",
  scopes: ["send_email", "read_analytics", "a:b.c-d_e"],
  state: "disabled",
  ipAllowlist: ["10.0.0.0/8", "2001:db8::/32"],
  rateLimit: { limit: 1_000_000_000, windowSeconds: 2_592_000 },
  monthlyQuota: Number.MAX_SAFE_INTEGER,
  metadata: { text: 'a "b" \\ %_ 🔑', empty: "", number: -1.5e-7, large: 9_007_199_254_740_991, yes: true, no: false },
  expiresAtMs: startMs + 1,
  createdAtMs: startMs + 2,
  updatedAtMs: startMs + 3,
  revokedAtMs: startMs + 4,
  revokedReason: "leaked — see #42 🙈",
  revision: 7,
} satisfies Partial<ApiKey>;

/** `KeyStore` but for its lists. */
export const keyStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("keys", () => {
    it("come back as they were stored", async () => {
      const tenant = await storedTenant(bench);
      const member = rows.member(tenant.id);
      await store().members.insert(member);
      const bare = await storedKeyOf(bench, null);
      const full = await storedKeyOf(bench, tenant.id, { ...everyField, ownerId: member.id });
      const unused = { lastUsedAtMs: null, lastUsedIp: null };

      expect(await store().keys.find(bare.row.id)).toEqual({ key: bare, secrets: [], activity: unused });
      expect(await store().keys.find(full.row.id)).toEqual({ key: full, secrets: [], activity: unused });
      expect(await store().transaction((stores) => stores.keys.lock(full.row.id))).toEqual({ key: full, secrets: [], activity: unused });
      expect(await store().keys.find(rows.id("key"))).toBeUndefined();
    });

    it("keep any text", async () => {
      for (const text of awkwardTexts) {
        const key = await storedKeyOf(bench, null, { name: text, scopes: [text, text], ipAllowlist: [text], metadata: { [text]: text }, revokedReason: text });
        const secret = rows.secret(key.row.id, { hint: text });
        await store().keys.insertSecret(secret);
        expect(await store().keys.find(key.row.id)).toMatchObject({ key, secrets: [secret] });
      }
    });

    it("are replaced whole by an update", async () => {
      const tenant = await storedTenant(bench);
      const key = await storedKeyOf(bench, tenant.id);
      const neighbour = await storedKeyOf(bench, tenant.id);
      const changed = { row: { ...key.row, ...everyField, name: "another" }, tag: "another tag" };
      await store().keys.update(changed);
      expect((await store().keys.find(key.row.id))?.key).toEqual(changed);
      await store().keys.update(key);
      expect((await store().keys.find(key.row.id))?.key).toEqual(key);
      expect((await store().keys.find(neighbour.row.id))?.key).toEqual(neighbour);
    });

    it("are neither stored twice nor updated where they are not", async () => {
      const key = await storedKeyOf(bench, null);
      await expect(store().keys.insert(key)).rejects.toThrow();
      await expect(store().keys.update(rows.key())).rejects.toThrow();
      await expect(store().keys.updateSecret(rows.secret(key.row.id))).rejects.toThrow();
    });

    it("show the current secret first, then those with a grace period, newest first", async () => {
      const { row } = await storedKeyOf(bench, null);
      const graceMs = startMs + 1_000;
      const ended = rows.secret(row.id, { createdAtMs: startMs + 1, validUntilMs: 0 });
      const current = rows.secret(row.id, { createdAtMs: startMs + 2, proved: true, pepperVersion: 3 });
      const older = rows.secret(row.id, { createdAtMs: startMs + 3, validUntilMs: graceMs });
      const newer = rows.secret(row.id, { createdAtMs: startMs + 4, validUntilMs: graceMs });
      for (const secret of [ended, older, current, newer]) await store().keys.insertSecret(secret);

      expect((await store().keys.find(row.id))?.secrets).toEqual([current, newer, older]);

      const replaced = { row: { ...current.row, validUntilMs: graceMs, proved: false }, tag: "another tag" };
      await store().keys.updateSecret(replaced);
      expect((await store().keys.find(row.id))?.secrets).toEqual([newer, older, replaced]);
    });

    it("share no digest", async () => {
      const { row } = await storedKeyOf(bench, null);
      const secret = rows.secret(row.id);
      await store().keys.insertSecret(secret);
      await expect(store().keys.insertSecret(rows.secret(row.id, { digest: secret.row.digest }))).rejects.toThrow();
    });
  });

  describe("findByDigest", () => {
    it("finds the key, the secret and the tenant by any of the digests", async () => {
      const tenant = rows.tenant({ tier: "pro", rateLimit: { limit: 5, windowSeconds: 60 } });
      await store().tenants.insert(tenant);
      const key = await storedKeyOf(bench, tenant.row.id, everyField);
      const secret = rows.secret(key.row.id);
      const previous = rows.secret(key.row.id, { validUntilMs: 0 });
      await store().keys.insertSecret(previous);
      await store().keys.insertSecret(secret);
      const record = { key, tenant, keyBudget: null, tenantBudget: null };

      expect(await store().keys.findByDigest([secret.row.digest])).toEqual({ ...record, secret });
      expect(await store().keys.findByDigest([rows.digest(), rows.digest(), secret.row.digest])).toEqual({ ...record, secret });
      expect(await store().keys.findByDigest([previous.row.digest])).toEqual({ ...record, secret: previous });
    });

    it("finds a root key without a tenant", async () => {
      const key = await storedKeyOf(bench, null, { environment: "root" });
      const secret = rows.secret(key.row.id);
      await store().keys.insertSecret(secret);
      expect(await store().keys.findByDigest([secret.row.digest])).toEqual({ key, secret, tenant: null, keyBudget: null, tenantBudget: null });
    });

    it("finds what each of many asks for at once, by whichever of their digests, and nothing for those who ask for nobody's", async () => {
      const stored = await Promise.all(
        Array.from({ length: 100 }, async () => {
          const { row } = await storedKeyOf(bench, null);
          const secret = rows.secret(row.id);
          await store().keys.insertSecret(secret);
          return { keyId: row.id, digest: secret.row.digest };
        }),
      );
      const asked = stored.flatMap(({ keyId, digest }, number) => [
        { digests: number % 2 === 0 ? [digest, rows.digest()] : [rows.digest(), digest], keyId },
        { digests: number % 3 === 0 ? [] : [rows.digest(), rows.digest()], keyId: undefined },
      ]);
      const found = await Promise.all(asked.map(({ digests }) => store().keys.findByDigest(digests)));
      expect(found.map((record) => record?.key.row.id)).toEqual(asked.map(({ keyId }) => keyId));
    });

    it("finds nothing by digests that nobody has", async () => {
      expect(await store().keys.findByDigest([rows.digest(), rows.digest()])).toBeUndefined();
      expect(await store().keys.findByDigest([])).toBeUndefined();
    });

    it("brings the budgets that were last known", async () => {
      const tenant = await storedTenant(bench);
      const key = await storedKeyOf(bench, tenant.id);
      const secret = rows.secret(key.row.id);
      await store().keys.insertSecret(secret);
      const keyBudget = { subjectId: key.row.id, bucket: { tokens: 999_999_999, fraction: 2_591_999_999, atMs: startMs }, quota: { month: 24_312, used: 123 } };
      const tenantBudget = { subjectId: tenant.id, bucket: { tokens: 0, fraction: 0, atMs: startMs }, quota: null };
      await store().usage.apply({ id: rows.id("mov"), counts: [], lastUses: [], budgets: [keyBudget, tenantBudget] });

      expect(await store().keys.findByDigest([secret.row.digest])).toMatchObject({ keyBudget, tenantBudget });

      const spent = { subjectId: key.row.id, bucket: null, quota: { month: 24_313, used: 0 } };
      await store().usage.apply({ id: rows.id("mov"), counts: [], lastUses: [], budgets: [spent] });
      expect(await store().keys.findByDigest([secret.row.digest])).toMatchObject({ keyBudget: spent, tenantBudget });
    });
  });

  describe("countAlive", () => {
    it("counts what is neither revoked nor expired, of this owner", async () => {
      const tenant = await storedTenant(bench);
      const [owner, other] = [rows.member(tenant.id), rows.member(tenant.id)];
      for (const member of [owner, other]) await store().members.insert(member);
      const alive: Partial<ApiKey>[] = [{}, { state: "disabled" }, { expiresAtMs: startMs + 1 }];
      const dead: Partial<ApiKey>[] = [{ state: "revoked" }, { expiresAtMs: startMs }, { state: "disabled", expiresAtMs: startMs - 1 }];
      for (const fields of [...alive, ...dead]) await storedKeyOf(bench, tenant.id, { ...fields, ownerId: owner.id });
      await storedKeyOf(bench, tenant.id, { ownerId: other.id });
      await storedKeyOf(bench, tenant.id);

      expect(await store().keys.countAlive(owner.id, startMs)).toBe(3);
      expect(await store().keys.countAlive(owner.id, startMs + 1)).toBe(2);
      expect(await store().keys.countAlive(other.id, startMs)).toBe(1);
      expect(await store().keys.listAlive(owner.id, startMs + 1)).toHaveLength(2);
      expect(await store().keys.listAlive(other.id, startMs)).toHaveLength(1);
      expect(await store().keys.countAlive(rows.id("mem"), startMs)).toBe(0);
    });
  });
};
