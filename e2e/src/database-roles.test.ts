import { asking, describeWithPostgres, newOwnedDatabase } from "@keywright/drivers/testing";
import { expect, it } from "vitest";
import { asOperator, makeFolder, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";

await describeWithPostgres("a database with an owner and an app's role", (server) => {
  it("serves as the app, migrates as the owner, and cannot change the audit log", async () => {
    const { owner, app } = await newOwnedDatabase(server());
    const dataDir = await makeFolder("roles");
    const env = { ...quickBcrypt, DATABASE_URL: app, DATABASE_MIGRATION_URL: owner, KEYWRIGHT_MASTER_KEY: Buffer.alloc(32, 7).toString("base64") };
    const keywright = await startKeywright({ dataDir, env });
    const api = asOperator(keywright, keywright.rootKey);
    const tenant = await api.createTenant();
    const { id, key } = await api.createKey(tenant.id);
    expect((await api.verify(key)).code).toBe("VALID");
    await api.revoke(id, "leaked");
    expect((await api.verify(key)).code).toBe("REVOKED");
    for (const statement of [
      "update audit_log set reason = null",
      "delete from audit_log",
      "truncate audit_log",
      "drop trigger audit_log_append_only on audit_log",
    ]) {
      await expect(asking(app, (client) => client.query(statement))).rejects.toThrow(/permission denied|must be owner/);
    }
    // Another start of the app alone has nothing to migrate, and needs no right to.
    const { DATABASE_MIGRATION_URL: _, ...alone } = env;
    const again = await startKeywright({ dataDir, env: alone, rootKey: keywright.rootKey ?? "" });
    expect((await asOperator(again, keywright.rootKey).verify(key)).code).toBe("REVOKED");
    await Promise.all([again.stop(), keywright.stop()]);
    await removeFolder(dataDir);
  });
});
