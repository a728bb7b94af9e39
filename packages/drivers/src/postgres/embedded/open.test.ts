import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Unavailable } from "@keywright/core";
import { storeContract } from "@keywright/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmbeddedFolders, type EmbeddedFolders } from "../../testing/embedded-folder.ts";
import { sqlSuite } from "../../testing/sql-suite.ts";
import { migrate } from "../migrate.ts";
import { createStore } from "../store.ts";
import { type EmbeddedOptions, type EmbeddedPool, openEmbedded } from "./open.ts";

const folders: EmbeddedFolders = await createEmbeddedFolders();

afterAll(async () => {
  await folders.remove();
});

storeContract("embedded", async () => {
  const pool = await openEmbedded({ folder: await folders.next() });
  await migrate(pool);
  return { store: createStore(pool), close: () => pool.end() };
});

sqlSuite("embedded", async () => openEmbedded({ folder: await folders.next() }));

const run = async (pool: EmbeddedPool, text: string, values: readonly unknown[] = []) => {
  const client = await pool.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    client.release();
  }
};

describe("embedded database", () => {
  let pool: EmbeddedPool;
  beforeAll(async () => {
    pool = await openEmbedded({ folder: await folders.next(), deadlineMs: 2_000 });
    await run(pool, "create table notes (id int, text text)");
  });
  afterAll(async () => {
    await pool.end();
  });

  it("has synced every commit to disk before it acknowledges it", async () => {
    for (let id = 0; id < 50; id++) {
      const before = pool.fsyncs();
      await run(pool, "insert into notes (id) values ($1)", [id]);
      expect(pool.fsyncs()).toBeGreaterThan(before);
    }
    const client = await pool.connect();
    await client.query("begin", []);
    const before = pool.fsyncs();
    await client.query("insert into notes (id) values (50)", []);
    expect(pool.fsyncs()).toBe(before);
    await client.query("commit", []);
    expect(pool.fsyncs()).toBeGreaterThan(before);
    client.release();
  });

  it("hands its one connection out first come, first served, and to one holder at a time", async () => {
    const order: string[] = [];
    const holder = await pool.connect();
    const waiters = ["a", "b", "c"].map(async (name) => {
      const client = await pool.connect();
      order.push(name);
      client.release();
    });
    await holder.query("select 1", []);
    expect(order).toEqual([]);
    holder.release();
    await Promise.all(waiters);
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("leaves neither transaction nor settings behind where a connection is given up", async () => {
    const client = await pool.connect();
    await client.query("set search_path = pg_catalog", []);
    await client.query("begin", []);
    await client.query("insert into public.notes (id) values (-1)", []);
    client.release(true);
    expect(await run(pool, "select id from notes where id = -1")).toEqual([]);
  });

  it("is unavailable to whoever waits too long, and to the 10,001st who waits", async () => {
    const holder = await pool.connect();
    const waiting = Array.from({ length: 10_000 }, () => pool.connect().then((client) => client.release()));
    const outcomes = Promise.allSettled(waiting);
    await expect(pool.connect()).rejects.toThrow(Unavailable);
    const reasons = (await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason instanceof Unavailable);
    expect(reasons.every(Boolean)).toBe(true);
    holder.release();
    expect(await run(pool, "select 1 as again")).toEqual([{ again: 1 }]);
  });

  it("leaves the event loop free while it is busy", async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const startedMs = performance.now();
    await run(pool, "select count(*) from generate_series(1, 1500000)");
    const busyMs = performance.now() - startedMs;
    delay.disable();
    // Were the statement to run on this thread, one gap would be as long as it.
    expect(delay.max / 1e6).toBeLessThan(busyMs / 4);
  });

  it("gives back what deleted rows took", async () => {
    await run(pool, "create table filler as select generate_series(1, 10000) as id");
    await run(pool, "delete from filler");
    await pool.maintain();
    expect(await run(pool, "select pg_relation_size('filler')::int as size")).toEqual([{ size: 0 }]);
  });

  it("is unavailable where a statement takes too long, and works again afterwards", async () => {
    await expect(run(pool, "select pg_sleep(3)")).rejects.toThrow(Unavailable);
    await expect.poll(() => run(pool, "select 1 as again").catch(() => "not yet"), { timeout: 20_000 }).toEqual([{ again: 1 }]);
  });
});

describe("embedded database, opened and closed", () => {
  const withPool = async <T>(options: EmbeddedOptions, work: (pool: EmbeddedPool) => Promise<T>): Promise<T> => {
    const pool = await openEmbedded(options);
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  };

  it("loses nothing that was acknowledged when its process is killed", async () => {
    const folder = await folders.next();
    const script = fileURLToPath(new URL("../../testing/insert-until-killed.mjs", import.meta.url));
    const acknowledged: number[] = [];
    const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 500) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");

    expect(child.signalCode).toBe("SIGKILL");
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    const rows = await withPool({ folder }, (pool) => run(pool, "select id from storm order by id"));
    const kept = rows.map((row) => row["id"]);
    expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged);
    // One more may have been committed whose acknowledgement was never read.
    expect(kept.length - acknowledged.length).toBeLessThanOrEqual(1);
  });

  it("keeps its rows over a close, its log short, its files to its owner, and is unavailable once closed", async () => {
    const folder = await folders.next();
    await chmod(folder, 0o755);
    const closed = await withPool({ folder }, async (pool) => {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await run(pool, "create table filler (id int, text text)");
      for (let round = 0; round < 8; round++) await run(pool, "insert into filler select n, repeat(md5(n::text), 30) from generate_series(1, 16000) n");
      const segments = (await readdir(join(folder, "pg_wal"))).filter((file) => /^[0-9A-F]{24}$/.test(file));
      expect(segments.length).toBeLessThanOrEqual(6);
      return pool;
    });
    await expect(createStore(closed).tenants.find("ten_1")).rejects.toThrow(Unavailable);
    expect(await withPool({ folder }, (pool) => run(pool, "select count(*) as n from filler"))).toEqual([{ n: 128_000 }]);
  });

  it("begins anew where making a database was cut short", async () => {
    const folder = await folders.vacant();
    await mkdir(`${folder}.new-abcdef`);
    await writeFile(join(`${folder}.new-abcdef`, "PG_VERSION"), "18\n");
    expect(await withPool({ folder }, (pool) => run(pool, "select 1 as ready"))).toEqual([{ ready: 1 }]);
    expect(await readdir(dirname(folder))).toEqual(["store"]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("says in one sentence why a folder cannot be opened", async () => {
    const occupied = await folders.vacant();
    await mkdir(occupied);
    await writeFile(join(occupied, "letter.txt"), "mine");
    await expect(openEmbedded({ folder: occupied })).rejects.toThrow(`The store in ${occupied} cannot be opened: it holds files, but no database.`);
    expect(await readdir(occupied)).toEqual(["letter.txt"]);

    const file = await folders.vacant();
    await writeFile(file, "");
    await expect(openEmbedded({ folder: file })).rejects.toThrow(`The store in ${file} cannot be opened: `);

    const damaged = await folders.next();
    await writeFile(join(damaged, "global", "pg_control"), "");
    await expect(openEmbedded({ folder: damaged })).rejects.toThrow(`The store in ${damaged} cannot be opened: `);
  });
});
