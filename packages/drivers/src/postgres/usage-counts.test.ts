import type { UsageCount } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { createStore } from "./store.ts";

const hourMs = 1_768_471_200_000;

await describeWithPostgres("counts", (server) => {
  let pool: PostgresPool;
  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
  });
  afterAll(() => pool.end());

  const run = async (text: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const client = await pool.connect();
    try {
      return (await client.query<Readonly<Record<string, unknown>>>(text, [])).rows;
    } finally {
      client.release();
    }
  };

  const sums = async (keys: string) => {
    const sumOf = (table: string) => `(select array[sum(requests), count(*), min(requests), max(requests)]::text[] from ${table} where key_id like '${keys}%')`;
    const [row] = await run(`select ${sumOf("usage_hourly")} as hours, ${sumOf("usage_daily")} as days`);
    return row;
  };

  const counts = (prefix: string, numbers: readonly number[]): readonly UsageCount[] =>
    numbers.map((number) => ({
      keyId: `${prefix}${String(number).padStart(4, "0")}`,
      tenantId: "ten_1",
      hourMs,
      endpoint: "/send",
      outcome: "VALID",
      requests: 1,
    }));
  const apply = (id: string, of: readonly UsageCount[]) => createStore(pool).usage.apply({ id, counts: of, lastUses: [], budgets: [] });
  const upTo = (length: number) => Array.from({ length }, (_, index) => index);

  // Looks at a few of many lines find none missing.
  it("are added once where one line of many is new, and all others are there", async () => {
    for (const missing of [0, 1, 2, 250, 499]) {
      const prefix = `key_${missing}_`;
      const known = upTo(500).filter((number) => number !== missing);
      await apply(`${prefix}a`, counts(prefix, known));
      await apply(`${prefix}b`, counts(prefix, known));
      await apply(`${prefix}c`, counts(prefix, upTo(500)));
      const expected = [String(499 * 3 + 1), "500", "1", "3"];
      expect(await sums(prefix)).toEqual({ hours: expected, days: expected });
    }
  });

  it("are added once each where a move has a line twice, whether or not its row is there", async () => {
    const prefix = "key_twice_";
    for (const id of ["a", "b", "c"]) await apply(prefix + id, counts(prefix, [0, 1, 1, 2]));
    const expected = ["12", "3", "3", "6"];
    expect(await sums(prefix)).toEqual({ hours: expected, days: expected });
  });

  it("are added once where a day's row is gone that its hour is there of", async () => {
    const prefix = "key_day_";
    await apply(`${prefix}a`, counts(prefix, upTo(300)));
    await run(`delete from usage_daily where key_id = '${prefix}0007'`);
    await apply(`${prefix}b`, counts(prefix, upTo(300)));
    expect(await sums(prefix)).toEqual({ hours: ["600", "300", "2", "2"], days: ["599", "300", "1", "2"] });
  });

  it("change rows in place, where nothing is known of the tables' sizes", async () => {
    const prefix = "key_place_";
    const places = async () => run(`select key_id, (ctid::text::point)[0] as page from usage_hourly where key_id like '${prefix}%' order by key_id`);
    await apply(`${prefix}a`, counts(prefix, upTo(1_000)));
    const before = await places();
    for (const id of ["b", "c", "d"]) await apply(prefix + id, counts(prefix, upTo(1_000)));
    expect(await places()).toEqual(before);
    expect((await sums(prefix))?.["hours"]).toEqual(["4000", "1000", "4", "4"]);
  });

  it("of many keys are written in parts, once each, while others write the same rows in another order", async () => {
    const prefix = "key_parts_";
    const numbers = upTo(45_000);
    const orders = [numbers, numbers.toReversed(), upTo(300).map((number) => number * 150)];
    for (const round of ["a", "b"]) await Promise.all(orders.map((order, place) => apply(`${prefix}${round}${place}`, counts(prefix, order))));
    const expected = [String(2 * (45_000 * 2 + 300)), "45000", "4", "6"];
    expect(await sums(prefix)).toEqual({ hours: expected, days: expected });
  });

  it("have partitions with room for every row's next version, made before and from now on", async () => {
    await createStore(pool).usage.keep(Date.now(), 400 * 24 * 3_600_000);
    const tables = await run(`select c.relname, c.reloptions::text as options from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent in ('usage_hourly'::regclass, 'usage_daily'::regclass)`);
    expect(tables.length).toBeGreaterThan(4);
    for (const { options } of tables) expect(options).toBe("{fillfactor=45}");
  });

  it("of a key that is no more still tell when it was used", async () => {
    const { usage } = createStore(pool);
    const use = (id: string, atMs: number) => usage.apply({ id, counts: [], lastUses: [{ keyId: "key_gone", atMs, ip: null }], budgets: [] });
    for (const [id, atMs] of Object.entries({ use_1: 5, use_2: 4, use_3: 6 })) await use(id, atMs);
    expect(await run("select last_used_at_ms from key_activity where key_id = 'key_gone'")).toEqual([{ last_used_at_ms: 6 }]);
  });

  it("come with last uses, in the counts' order or in another, and of a key more than once", async () => {
    const { usage } = createStore(pool);
    const orders = [[0, 1], [1, 0], [0], [0, 0, 1], [1, 1]];
    for (const [time, order] of orders.entries()) {
      const prefix = `key_use_${time}_`;
      const lastUses = order.map((number, place) => ({ keyId: counts(prefix, [number])[0]?.keyId ?? "", atMs: 10 - place, ip: null }));
      for (const id of ["a", "b"]) await usage.apply({ id: prefix + id, counts: counts(prefix, [0, 1]), lastUses, budgets: [] });
      const latest = [0, 1].flatMap((number) => (order.includes(number) ? String(10 - order.indexOf(number)) : []));
      expect(await run(`select last_used_at_ms::text as at_ms from key_activity where key_id like '${prefix}%' order by key_id`)).toEqual(
        latest.map((atMs) => ({ at_ms: atMs })),
      );
    }
  });
});
