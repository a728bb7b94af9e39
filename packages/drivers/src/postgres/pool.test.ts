import { Unavailable } from "@keywright/core";
import { expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { query } from "../testing/stored-subjects.ts";
import { openPool, openPostgres } from "./pool.ts";

await describeWithPostgres("connections to PostgreSQL", (server) => {
  /** What commits wait for, on a connection to a database of which this was set. */
  const waitsFor = async (setting: string): Promise<string | undefined> => {
    const url = await server().newDatabase();
    await server().query(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = ${setting}`);
    const pool = openPostgres({ url });
    const [row] = await query<{ setting: string }>(pool, "select current_setting('synchronous_commit') as setting");
    await pool.end();
    return row?.setting;
  };

  it.each([
    ["off", "on"],
    ["local", "on"],
    ["on", "on"],
    ["remote_write", "remote_write"],
    ["remote_apply", "remote_apply"],
  ])("wait for commits where %s is set as %s does", async (setting, expected) => {
    expect(await waitsFor(setting)).toBe(expected);
  });

  it("are greeted once each, before anybody has them", async () => {
    const url = await server().newDatabase();
    await server().query(url, "create table greeted (pid integer not null)");
    const pool = openPool({ connectionString: url, max: 2 }, { greeting: "insert into greeted values (pg_backend_pid())" });
    for (let round = 0; round < 3; round++) {
      const clients = await Promise.all([pool.connect(), pool.connect()]);
      for (const client of clients) client.release();
    }
    const [row] = await query<{ greetings: number; pids: number }>(pool, "select count(*) as greetings, count(distinct pid) as pids from greeted");
    expect(row).toEqual({ greetings: 2, pids: 2 });
    await pool.end();
  });

  it("tell of each statement by its first word, however it is laid out", async () => {
    const operations: string[] = [];
    const pool = openPostgres({ url: await server().newDatabase(), onCall: ({ operation }) => operations.push(operation) });
    for (const text of ["select 1", "\n    SELECT 2", "with a as (select 3) select * from a"]) await query(pool, text);
    await pool.end();
    expect(operations).toEqual(["select", "select", "with"]);
  });

  it("that cannot be greeted are closed, and the store is unavailable", async () => {
    const url = await server().newDatabase();
    const pool = openPool({ connectionString: url, max: 1 }, { greeting: "insert into greeted values (pg_backend_pid())" });
    await expect(pool.connect()).rejects.toThrow(Unavailable);
    await expect(pool.connect()).rejects.toThrow(Unavailable);
    await server().query(url, "create table greeted (pid integer not null)");
    (await pool.connect()).release();
    await pool.end();
  });

  it("that keep their plans look a row up by its index, though its table was analyzed while it was empty", async () => {
    const url = await server().newDatabase();
    await server().query(url, "create table grown (id text primary key)");
    await server().query(url, "analyze grown");
    const pool = openPostgres({ url, maxConnections: 1, prepares: true });
    const client = await pool.connect();
    const look = () => client.query<{ id: string }>("select id from grown where id = $1", ["n 7"]);
    // From the sixth time on the engine keeps the plan.
    for (let time = 0; time < 8; time++) expect((await look()).rows).toEqual([]);
    await server().query(url, "insert into grown select 'n ' || n from generate_series(1, 20000) as n");
    expect((await look()).rows).toEqual([{ id: "n 7" }]);
    const { rows } = await client.query<{ "QUERY PLAN": string }>("explain execute s0('n 7')", []);
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(/^Index Only Scan using grown_pkey/);
    client.release();
    await pool.end();
  });
});
