import { describeWithPostgres, describeWithVault, newAppRole, setUpVault, startVault, type VaultServer } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Keywright, makeFolder, quickBcrypt, removeFolder, runCli, startKeywright } from "./keywright-process.ts";

const masterKey = Buffer.alloc(32, 7).toString("base64");

await describeWithVault("Keywright with its secrets in Vault", () =>
  describeWithPostgres("on PostgreSQL", (postgres) => {
    let vault: VaultServer;
    let dataDir: string;
    let shared: Record<string, string>;
    let inVault: Record<string, string>;
    beforeAll(async () => {
      vault = await startVault();
      await setUpVault(vault);
      const { roleId, secretId } = await newAppRole(vault);
      dataDir = await makeFolder("vault");
      shared = { ...quickBcrypt, KEYWRIGHT_DATA_DIR: dataDir, DATABASE_URL: await postgres().newDatabase(), KEYWRIGHT_MASTER_KEY: masterKey };
      inVault = { ...shared, VAULT_ADDR: vault.address, VAULT_ROLE_ID: roleId, VAULT_SECRET_ID: secretId };
    });
    afterAll(async () => {
      await vault.stop();
      await removeFolder(dataDir);
    });

    it("moves there from the sealed table while requests go on, and goes on with what was made meanwhile", async () => {
      const before = await startKeywright({ dataDir, env: shared });
      const { rootKey } = before;
      const old = asOperator(before, rootKey);
      const tenant = await old.createTenant();
      const used = await old.createKey(tenant.id);
      const unused = await old.createKey(tenant.id);
      expect((await old.verify(used.key)).code).toBe("VALID");

      await refusesStart(inVault, /^keywright: The store has keys, but Vault at http\S+ \(mount secret\) has no pepper for them: .*secrets move --to vault/);

      const dry = await runCli(["secrets", "move", "--to", "vault", "--dry-run", "--json"], inVault);
      expect([dry.code, JSON.parse(dry.out.text)]).toEqual([0, { looked: 4, moved: 4, dry_run: true }]);
      const moved = await runCli(["secrets", "move", "--to", "vault", "--json"], inVault);
      expect([moved.code, JSON.parse(moved.out.text)]).toEqual([0, { looked: 4, moved: 4, dry_run: false }]);

      const after = await startKeywright({ dataDir, env: inVault, rootKey: rootKey ?? "" });
      const now = asOperator(after, rootKey);
      const late = await old.createKey(tenant.id);
      expect((await now.verify(used.key)).code).toBe("VALID");
      expect((await now.verify(unused.key)).code).toBe("VALID");
      const again = await runCli(["secrets", "move", "--to", "vault", "--json"], inVault);
      expect(JSON.parse(again.out.text)).toEqual({ looked: 5, moved: 1, dry_run: false });
      expect((await now.verify(late.key)).code).toBe("VALID");
      await before.stop();

      await sealed(after, now, { tenantId: tenant.id, key: used.key });
      await after.stop();
    });

    it("starts without Vault's address only when the secrets have moved back", async () => {
      await setUpVault(vault, { mount: "other" });
      const database = { DATABASE_URL: await postgres().newDatabase() };
      const inOther = { ...inVault, ...database, KEYWRIGHT_VAULT_MOUNT: "other" };
      const { rootKey, stop } = await startKeywright({ dataDir, env: inOther });
      await stop();
      const sealedOnly = { ...shared, ...database };
      await refusesStart(sealedOnly, /^keywright: The store has keys, but the sealed table in the database has no pepper for them: .*secrets move --to sealed/);

      expect((await runCli(["secrets", "move", "--to", "sealed"], inOther)).code).toBe(0);
      const after = await startKeywright({ dataDir, env: sealedOnly });
      expect((await after.call({ path: "/api/v1/platform/tenants", key: rootKey })).status).toBe(200);
      await after.stop();
    });

    /** By the start and by the doctor, with the same sentence. */
    const refusesStart = async (env: Record<string, string>, sentence: RegExp): Promise<void> => {
      const start = await runCli(["serve"], { ...env, PORT: "0" });
      expect([
        start.code,
        start.out.errors
          .trim()
          .split("\n")
          .filter((line) => !line.startsWith("{")),
      ]).toEqual([1, [expect.stringMatching(sentence)]]);
      const doctor = await runCli(["doctor", "--json"], env);
      expect(doctor.code).toBe(1);
      const check = JSON.parse(doctor.out.text).checks.find(({ ok }: { ok: boolean }) => !ok);
      expect(`keywright: ${check.detail}`).toMatch(sentence);
    };

    const sealed = async (server: Keywright, api: ReturnType<typeof asOperator>, { tenantId, key }: { tenantId: string; key: string }): Promise<void> => {
      await vault.seal();
      const body = { tenant_id: tenantId, name: "k", scopes: ["send_email"] };
      const refused = await server.call({ method: "POST", path: "/api/v1/platform/api-keys", key: server.rootKey, body });
      expect([refused.status, refused.json.code, Number(refused.headers["retry-after"])]).toEqual([503, "UNAVAILABLE", expect.any(Number)]);
      expect((await api.verify(key)).code).toBe("VALID");
      const doctor = await runCli(["doctor", "--json"], inVault);
      expect(doctor.code).toBe(1);
      const check = JSON.parse(doctor.out.text).checks.find(({ name }: { name: string }) => name === "vault");
      expect(check).toMatchObject({ ok: false, detail: expect.stringMatching(/sealed/i) });
      const start = await runCli(["serve"], { ...inVault, PORT: "0" });
      expect([start.code, start.out.errors.trim().split("\n")]).toEqual([1, [expect.stringMatching(/^keywright: .*sealed/i)]]);
      await vault.unseal();
      await expect
        .poll(async () => (await server.call({ method: "POST", path: "/api/v1/platform/api-keys", key: server.rootKey, body })).status, { timeout: 20_000 })
        .toBe(201);
    };
  }),
);
