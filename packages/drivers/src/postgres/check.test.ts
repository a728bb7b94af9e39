import { once } from "node:events";
import { chmod, chown, copyFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../node/clock.ts";
import { type Certificates, newCertificates } from "../testing/certificates.ts";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { addressFor, asking, newOwnedDatabase, type OwnedDatabase } from "../testing/postgres-roles.ts";
import { checkPostgres, type PostgresReport } from "./check.ts";
import { grantAppRole } from "./grant-app-role.ts";
import { migrate, migrations } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import type { RoleUse } from "./server-problems.ts";

const password = "s3cret/&?#";
/** A hint of it in any encoding that an error could quote. */
const leak = /s3cret/;

/** The servers of tests run without `fsync`, and whoever looks at them is told so; the other problems are what the tests are about. */
const check = async (url: string, { use, skewMs = 0, deadlineMs = 5_000 }: { use?: RoleUse; skewMs?: number; deadlineMs?: number } = {}) => {
  const checked = await checkPostgres({ url, clock: { nowMs: () => systemClock.nowMs() - skewMs }, deadlineMs, ...(use !== undefined && { use }) });
  expect(JSON.stringify(checked)).not.toMatch(leak);
  if (!checked.reachable) return checked;
  const { problems } = checked.server;
  const others = problems.filter(({ text }) => !text.includes("set fsync to on"));
  expect(problems.length - others.length).toBe(1);
  return { ...checked, server: { ...checked.server, problems: others } };
};

/** Why a database cannot be used: one sentence, and no URL in it. */
const why = async (url: string, deadlineMs = 5_000): Promise<string> => {
  const checked = await check(url, { deadlineMs });
  if (checked.reachable) return "reachable";
  expect(checked.problem.severity).toBe("error");
  expect(checked.problem.text).toMatch(/^[A-Z][^\n]+\.$/);
  expect(checked.problem.text).not.toMatch(/127\.0\.0\.1|keywright_\d/);
  return checked.problem.text;
};

const report = async (url: string, use?: RoleUse): Promise<PostgresReport> => {
  const checked = await check(url, use === undefined ? {} : { use });
  if (!checked.reachable) throw new Error(checked.problem.text);
  return checked.server;
};

const textsOf = ({ problems }: PostgresReport): readonly string[] => problems.map(({ severity, text }) => `${severity}: ${text}`);

/** The server takes its settings when it comes to it; connections from then on show which ones they have. */
const reconfigured = async (superuser: string, statement: string, expected: "on" | "off"): Promise<void> => {
  await asking(superuser, async (client) => {
    await client.query(statement);
    await client.query("select pg_reload_conf()");
  });
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const shown = await asking(superuser, async (client) => (await client.query<{ ssl: string }>("show ssl")).rows[0]?.ssl);
    if (shown === expected) return;
  }
  throw new Error(`The server's ssl did not become ${expected}.`);
};

const switchTlsOn = async (superuser: string, { certFile, keyFile }: Certificates): Promise<void> => {
  const data = await asking(superuser, async (client) => (await client.query<{ data_directory: string }>("show data_directory")).rows[0]?.data_directory ?? "");
  const { uid, gid } = await stat(data);
  for (const [from, name] of [
    [certFile, "server.crt"],
    [keyFile, "server.key"],
  ] as const) {
    await copyFile(from, join(data, name));
    await chown(join(data, name), uid, gid);
    await chmod(join(data, name), 0o600);
  }
  await reconfigured(superuser, "alter system set ssl = on", "on");
};

/** Who may come in from where; in force for whoever connects once the server has read it. */
const restrict = async (superuser: string): Promise<void> => {
  const rules = [
    "host all locked 127.0.0.1/32 scram-sha-256",
    "hostssl all encrypted 127.0.0.1/32 trust",
    "host all encrypted 127.0.0.1/32 reject",
    "host all barred 127.0.0.1/32 reject",
    "host all all 127.0.0.1/32 trust",
  ];
  await asking(superuser, async (client) => {
    const file = (await client.query<{ hba_file: string }>("show hba_file")).rows[0]?.hba_file ?? "";
    await client.query(`copy (select unnest(array[${rules.map((rule) => client.escapeLiteral(rule)).join(", ")}])) to ${client.escapeLiteral(file)}`);
    await client.query("select pg_reload_conf()");
  });
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const barred = await asking(addressFor(superuser, "barred"), async () => false).catch(() => true);
    if (barred) return;
  }
  throw new Error("The server did not take its new pg_hba.conf.");
};

await describeWithPostgres("PostgreSQL", (server) => {
  let database: OwnedDatabase;
  let folder: string;
  let certificates: Certificates;
  let strangers: Certificates;
  beforeAll(async () => {
    database = await newOwnedDatabase(server());
    folder = await mkdtemp(join(tmpdir(), "keywright-check-"));
    certificates = await newCertificates(folder);
    strangers = await newCertificates(folder, "stranger");
    await switchTlsOn(database.superuser, certificates);
    await asSuperuser(
      `create role locked login password '${password}'`,
      "create role nologin nologin",
      "create role barred login",
      "create role encrypted login",
      "create role crowded login connection limit 0",
    );
    await restrict(database.superuser);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const asSuperuser = (...statements: readonly string[]) =>
    asking(database.superuser, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  const as = (role: string, secret = "") => addressFor(database.superuser, role, secret);

  describe("the check", () => {
    it("tells version, latency, clock and connections, of a new database and of a migrated one", async () => {
      const [version] = await asking(database.superuser, async (client) => (await client.query<{ version: string }>("select version()")).rows);
      const before = await report(database.owner);
      expect(before).toMatchObject({
        maxConnections: 100,
        isStandby: false,
        isReadOnly: false,
        careless: ["fsync"],
        isSuperuser: false,
        bypassesWalls: false,
        ownsAuditLog: false,
        mayMigrate: true,
        pendingMigrations: Object.keys(migrations),
        problems: [],
      });
      expect(before.versionNumber).toBeGreaterThan(140_000);
      expect(version?.version).toContain(before.version);
      expect(before.latencyMs).toBeGreaterThan(0);
      expect(Math.abs(before.clockSkewMs)).toBeLessThan(1_000);

      const owner = openPostgres({ url: database.owner });
      await migrate(owner);
      expect(await report(database.app, "app")).toMatchObject({ mayWrite: false, mayRead: false, problems: [{ severity: "error" }] });
      await grantAppRole(owner, database.appRole);
      await owner.end();
      expect(await report(database.app, "app")).toMatchObject({ ownsAuditLog: false, mayMigrate: false, pendingMigrations: [], problems: [] });
      expect(await report(database.app)).toMatchObject({ problems: [] });
      expect(await report(database.owner, "migrations")).toMatchObject({ ownsAuditLog: true, mayMigrate: true, pendingMigrations: [], problems: [] });
    });

    it("warns of a role that owns the audit log, bypasses the walls or is a superuser", async () => {
      const own = await newOwnedDatabase(server());
      const owner = openPostgres({ url: own.owner });
      await migrate(owner);
      await owner.end();
      expect(textsOf(await report(own.owner))).toEqual([expect.stringMatching(/^warning: The database's role owns the audit log/)]);
      expect(textsOf(await report(own.superuser))).toEqual([expect.stringMatching(/^warning: The database's role is a superuser/)]);
      await asSuperuser(`alter role ${own.ownerRole} bypassrls`);
      expect(textsOf(await report(own.owner))).toEqual([expect.stringMatching(/^warning: The database's role has BYPASSRLS/)]);
    });

    it("finds migrations that the role may not run: no CREATE on the schema, or tables of somebody else's", async () => {
      const empty = await newOwnedDatabase(server());
      expect(textsOf(await report(empty.app))).toEqual([expect.stringMatching(/^error: .* grant it CREATE on the schema/)]);
      expect(textsOf(await report(empty.app, "app"))).toEqual([]);
      const superusers = openPostgres({ url: empty.superuser });
      const { "0001-store": first } = migrations;
      if (first === undefined) throw new Error("There is no first migration.");
      await migrate(superusers, { "0001-store": first });
      await superusers.end();
      expect(textsOf(await report(empty.owner, "migrations"))).toEqual([expect.stringMatching(/^error: .* let it own Keywright's tables/)]);
    });

    it("finds a database that is read-only, and a clock that is off", async () => {
      const frozen = await newOwnedDatabase(server());
      await asking(frozen.superuser, (client) =>
        client.query(`alter database ${new URL(frozen.superuser).pathname.slice(1)} set default_transaction_read_only = on`),
      );
      expect(await report(frozen.owner)).toMatchObject({ isReadOnly: true, isStandby: false });
      expect(textsOf(await report(frozen.owner))).toEqual([expect.stringMatching(/^error: The database is read-only/)]);
      const late = await check(database.owner, { use: "migrations", skewMs: 60_000 });
      expect(late).toMatchObject({ server: { problems: [{ severity: "warning", text: expect.stringMatching(/clock is (?:59|60)\d{3} ms ahead of/) }] } });
    });

    it("says in a sentence who is refused", async () => {
      expect(await why(as("locked", password))).toBe("reachable");
      expect(await why(as("locked", `${password}-not`))).toMatch(/^PostgreSQL refuses the user or the password/);
      expect(await why(as("locked"))).toMatch(/wants a password/);
      expect(await why(as("nobody", password))).toMatch(/^PostgreSQL does not know the user/);
      expect(await why(as("nologin", password))).toMatch(/^PostgreSQL does not know the user, or does not let it log in/);
      expect(await why(as("barred"))).toMatch(/pg_hba\.conf/);
      expect(await why(as("encrypted"))).toMatch(/connect with TLS/);
      expect(await why(as("crowded"))).toMatch(/no connection left .* raise max_connections/);
      const guarded = await newOwnedDatabase(server());
      await asking(guarded.superuser, (client) => client.query(`revoke connect on database ${new URL(guarded.superuser).pathname.slice(1)} from public`));
      expect(await why(guarded.app)).toMatch(/grant it CONNECT/);
    });

    it("says in a sentence which database, host or port is wrong", async () => {
      const at = (parts: Partial<Pick<URL, "hostname" | "port" | "pathname">>): string => Object.assign(new URL(as("locked", password)), parts).href;
      expect(await why(at({ pathname: "/nowhere" }))).toMatch(/no database of that name/);
      expect(await why(at({ port: "1" }))).toMatch(/^Nothing listens/);
      expect(await why(at({ hostname: "host.invalid" }))).toMatch(/cannot be resolved/);
      expect(await why(`postgres://locked:${password}@[/`)).toMatch(/percent-encoded/);
      const [mute, rude] = [createServer(), createServer((socket) => socket.destroy())];
      const portOf = async (listener: Server): Promise<string> => {
        await once(listener.listen(0, "127.0.0.1"), "listening");
        return String((listener.address() as AddressInfo).port);
      };
      expect(await why(at({ port: await portOf(mute) }), 300)).toBe("PostgreSQL did not answer in time.");
      expect(await why(at({ port: await portOf(rude) }))).toMatch(/was cut/);
      for (const listener of [mute, rude]) listener.close();
    });

    it("says in a sentence what is wrong with TLS", async () => {
      const over = (parameters: Readonly<Record<string, string>>, host = "127.0.0.1"): string => {
        const url = new URL(as("encrypted", password));
        url.hostname = host;
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return url.href;
      };
      const full = { sslmode: "verify-full" };
      expect(await why(over({ ...full, sslrootcert: certificates.caFile }))).toBe("reachable");
      expect(await why(over(full))).toMatch(/not signed by an authority that is trusted here/);
      expect(await why(over({ ...full, sslrootcert: strangers.caFile }))).toMatch(/not signed by an authority that is trusted here/);
      expect(await why(over({ ...full, sslrootcert: certificates.caFile }, "localhost"))).toMatch(/is for another host/);
      expect(await why(over({ ...full, sslrootcert: join(folder, "missing.pem") }))).toMatch(/cannot be read/);
      const garbage = join(folder, "garbage.pem");
      await writeFile(garbage, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
      expect(await why(over({ ...full, sslcert: garbage, sslkey: garbage, sslrootcert: certificates.caFile }))).toMatch(/no certificate or key in PEM/);
      await reconfigured(database.superuser, "alter system set ssl = off", "off");
      expect(await why(over(full))).toMatch(/does not offer the TLS/);
    });
  });
});
