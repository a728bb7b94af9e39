import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asking, describeWithPostgres, newOwnedDatabase } from "@keywright/drivers/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOperator, type Keywright, makeFolder, quickBcrypt, removeFolder, runCli, startKeywright } from "./keywright-process.ts";

const platform = "/api/v1/platform";

await describeWithPostgres("what happened", (postgres) => {
  describe("as an auditor and an operator see it", () => {
    let database: Awaited<ReturnType<typeof newOwnedDatabase>>;
    let dataDir: string;
    let server: Keywright;
    let rootKey: string;
    let env: Record<string, string>;

    beforeAll(async () => {
      database = await newOwnedDatabase(postgres());
      dataDir = await makeFolder("audit");
      const { app: DATABASE_URL, owner: DATABASE_MIGRATION_URL } = database;
      // The test's own address stands for a proxy's, so that callers have addresses.
      const proxies = { KEYWRIGHT_TRUSTED_PROXIES: "127.0.0.1" };
      env = { ...quickBcrypt, ...proxies, DATABASE_URL, DATABASE_MIGRATION_URL, KEYWRIGHT_MASTER_KEY: Buffer.alloc(32, 7).toString("base64") };
      server = await startKeywright({ dataDir, env });
      rootKey = server.rootKey ?? "";
    });
    afterAll(async () => {
      await server.stop();
      await removeFolder(dataDir);
    });

    const api = () => asOperator(server, rootKey);
    const cli = (args: readonly string[], key = rootKey) => runCli(args, { KEYWRIGHT_URL: server.base, KEYWRIGHT_ROOT_KEY: key });
    const exportOf = async (key: string, query = "") => {
      const reply = await server.call({ path: `${platform}/audit-log/export${query}`, key });
      expect([reply.status, reply.headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
      const lines = reply.text.trimEnd().split("\n");
      return lines.map((line) => JSON.parse(line) as { readonly type: string; readonly action?: string; readonly sequence: number });
    };

    it("exports a tenant's own log to the tenant, verifies it with the server and without, and names what the superuser has edited", async () => {
      const [tenant, other] = [await api().createTenant(), await api().createTenant()];
      const admin = await api().createKey(tenant.id, { scopes: ["admin"] });
      const { id, key } = await api().createKey(tenant.id);
      await api().revoke(id, "leaked");
      const lines = await exportOf(admin.key);
      expect(lines.map(({ type, action }) => action ?? type)).toEqual([
        "tenant.created",
        "key.created",
        "key.created",
        "key.revoked",
        "audit_log.exported",
        "head",
      ]);
      expect(JSON.stringify(lines)).not.toContain(key.slice(8));
      expect((await exportOf(admin.key, "?after=5")).map(({ type }) => type)).toEqual(["entry", "head"]);
      expect((await server.call({ path: `${platform}/audit-log/export?tenant_id=${other.id}`, key: admin.key })).status).toBe(404);
      expect((await server.call({ path: `${platform}/audit-log/checkpoints?tenant_id=${other.id}`, key: admin.key })).status).toBe(404);

      const cursorPath = `${platform}/audit-log/checkpoints?limit=1&cursor=`;
      const forged = Buffer.from(JSON.stringify({ after: "chk_0000000000999999999999" })).toString("base64url");
      for (const cursor of ["x", "%00", forged, `${forged}.AAAAAAAAAAAAAAAA`, "chk_0000000000000000000001", "A".repeat(4_000)]) {
        const reply = await server.call({ path: cursorPath + cursor, key: admin.key });
        expect([cursor, reply.status, reply.json.code]).toEqual([cursor, 400, expect.stringMatching(/^INVALID_(?:CURSOR|REQUEST)$/)]);
      }
      const { next_cursor: foreign } = await api().must(200, { path: `${platform}/audit-log?limit=1` });
      expect((await server.call({ path: cursorPath + foreign, key: admin.key })).json.code).toBe("INVALID_CURSOR");

      const whole = await cli(["audit", "verify", "--tenant", tenant.id, "--json"]);
      expect([whole.code, JSON.parse(whole.out.text)]).toMatchObject([0, { tenant_id: tenant.id, problem: null }]);
      expect((await cli(["audit", "verify"])).code).toBe(0);
      const [file, pem] = [join(dataDir, "audit.jsonl"), join(dataDir, "audit.pem")];
      const exported = await cli(["audit", "export"], admin.key);
      await writeFile(file, exported.out.text);
      const { public_key: publicKey } = await api().must(200, { path: `${platform}/audit-log/checkpoints` });
      await writeFile(pem, publicKey.pem);
      const offline = await runCli(["audit", "verify", "--file", file, "--public-key", pem, "--json"]);
      expect([offline.code, JSON.parse(offline.out.text).problem]).toEqual([0, null]);
      await writeFile(file, exported.out.text.replace("leaked", "leaKed"));
      const edited = await runCli(["audit", "verify", "--file", file, "--public-key", pem, "--json"]);
      expect([edited.code, JSON.parse(edited.out.text).problem]).toMatchObject([1, { sequence: 4 }]);

      const [row] = await asking(database.superuser, async (client) => {
        await client.query("alter table audit_log disable trigger all");
        const { rows } = await client.query("update audit_log set reason = 'forged' where target_id = $1 and action = 'key.revoked' returning id", [id]);
        await client.query("alter table audit_log enable trigger all");
        return rows as { readonly id: string }[];
      });
      const broken = await cli(["audit", "verify", "--tenant", tenant.id]);
      expect(broken.code).toBe(1);
      expect(broken.out.text).toContain(`NOT WHOLE: at entry 4 (${row?.id})`);
    });

    it("blocks whoever guesses, and neither a key in use, nor other addresses, nor end clients; and shows it", async () => {
      const tenant = await api().createTenant();
      const { id, key } = await api().createKey(tenant.id);
      await api().verify(key);
      await api().revoke(id, "leaked");
      const from = (address: string, credential: string) =>
        server.call({ path: `${platform}/tenants`, key: credential, headers: { "x-forwarded-for": address } });
      const guess = `${rootKey.slice(0, -4)}AAAA`;
      expect((await from("198.51.100.7", rootKey)).status).toBe(200);
      const guesses = async () => Promise.all(Array.from({ length: 60 }, () => from("198.51.100.7", guess)));
      const first = await guesses();
      expect(first.slice(0, 10).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 401));
      // A minute may have ended in between.
      let blocked = await from("198.51.100.7", guess);
      if (blocked.status === 401) blocked = (await guesses()).at(-1) ?? blocked;
      expect([blocked.status, blocked.json.code]).toEqual([429, "TOO_MANY_ATTEMPTS"]);
      expect(Number(blocked.headers["retry-after"])).toBeGreaterThan(200);
      expect((await from("198.51.100.7", rootKey)).status).toBe(200);
      expect((await from("198.51.100.8", guess)).status).toBe(401);
      for (let times = 0; times < 60; times++) expect((await api().verify(key, { ip: "203.0.113.9" })).code).toBe("REVOKED");
      expect((await from("203.0.113.9", guess)).status).toBe(401);

      // Stopping brings what this minute has shown.
      expect((await server.stop()).code).toBe(0);
      server = await startKeywright({ dataDir, env, rootKey });
      const listed = async (args: readonly string[]) => JSON.parse((await cli(["security-events", "list", "--json", ...args])).out.text).data;
      const uses = await listed(["--tenant", tenant.id, "--kind", "key.used_after_revocation"]);
      expect(uses[0]).toMatchObject({ severity: "high", subject: { type: "key", id }, details: { address: "203.0.113.9" } });
      expect(uses.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(60);
      expect((await listed(["--subject", "198.51.100.7", "--severity", "high"]))[0]).toMatchObject({ kind: "address.blocked", tenant_id: null });
      expect((await listed(["--subject", "203.0.113.9"]))[0]).toMatchObject({
        kind: "authentication.failed",
        details: { seen: expect.arrayContaining(["REVOKED"]) },
      });
      const left = await asking(database.app, async (client) => (await client.query("select distinct type from outbox_events")).rows);
      expect(left.map(({ type }) => type)).toEqual(expect.arrayContaining(["key.revoked", "key.used_after_revocation", "security_event.noticed"]));
      const admin = await api().createKey(tenant.id, { scopes: ["admin"] });
      const own = await server.call({ path: `${platform}/security-events`, key: admin.key });
      expect(new Set(own.json.data.map((event: { tenant_id: string }) => event.tenant_id))).toEqual(new Set([tenant.id]));
    });
  });
});
