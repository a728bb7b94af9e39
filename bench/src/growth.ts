import { createHash } from "node:crypto";
import type { Signed, Store } from "@keywright/core";
import { createStore, migrate, openPostgres } from "@keywright/drivers";
import { startPostgres } from "./engines/postgres-process.ts";
import type { Figure, Report } from "./figure.ts";
import { median } from "./median.ts";
import type { Options } from "./options.ts";
import { newKey, newSecret, newTenant } from "./servers/rows.ts";
import { runSql } from "./servers/run-sql.ts";

/** Rows that one statement writes at most. */
const rowsAtOnce = 1_000_000;
const rounds = 15;
const callsPerRound = 100;
const pageSize = 50;
const tenantId = "ten_0000000000000000000001";
const nowMs = Date.UTC(2026, 0, 1);

type Pool = ReturnType<typeof openPostgres>;

interface Filled {
  readonly store: Store;
  readonly pool: Pool;
  readonly count: number;
}

/** What a thousand times as many keys cost: the same calls of the store on two databases of one server, taking turns. */
export const measureGrowth = async ({ sizes: [few = 1_000, many = 1_000_000] = [] }: Options): Promise<Report> => {
  const server = await startPostgres({ isSynced: false });
  try {
    const small = await fill(server.newDatabase("small"), few);
    const large = await fill(server.newDatabase("large"), many);
    const figures = [
      ...(await compare("cold read of a key by its digest", [small, large], readCold)),
      ...(await compare("create a key (rows, not bcrypt)", [small, large], create)),
      ...(await compare("first page of a tenant's keys", [small, large], (filled) => list(filled, null))),
      ...(await compare("a page from the middle", [small, large], (filled) => list(filled, keyId(Math.floor(filled.count / 2))))),
      ...(await sizesOf(large)),
    ];
    await requireIndexes(large.pool);
    await Promise.all([small.pool.end(), large.pool.end()]);
    return { figures, versions: { postgres: server.version } };
  } finally {
    await server.stop();
  }
};

/** What ten thousand times as many cost. */
export const measureTenMillion = (options: Options): Promise<Report> => measureGrowth({ sizes: [1_000, 10_000_000], ...options });

const keyId = (number: number): string => `key_${String(number).padStart(22, "0")}`;
const digestOf = (number: number): Buffer => createHash("sha256").update(String(number)).digest();

/** Keys with one secret each, of one tenant, made in the database itself. */
const fill = async (url: string, count: number): Promise<Filled> => {
  const pool = openPostgres({ url, maxConnections: 4, deadlineMs: 600_000, prepares: true });
  await migrate(pool);
  const store = createStore(pool);
  await store.tenants.insert(signed(newTenant({ id: tenantId, number: 1, rateLimit: null, nowMs })));
  for (let from = 1; from <= count; from += rowsAtOnce) await fillPart(pool, from, Math.min(count, from + rowsAtOnce - 1));
  await runSql(pool, "vacuum analyze");
  return { store, pool, count };
};

const fillPart = async (pool: Pool, from: number, to: number): Promise<void> => {
  await runSql(
    pool,
    `insert into api_keys (id, tenant_id, name, folded_name, environment, scopes, state, ip_allowlist, metadata, created_at_ms, updated_at_ms, revision, tag)
     select 'key_' || lpad(n::text, 22, '0'), $3, 'key ' || n, 'key ' || n, 'live', '{send_email}', 'active', '{}', '{}', $4, $4, 1, repeat('t', 43)
     from generate_series($1::int, $2::int) n`,
    [from, to, tenantId, nowMs],
  );
  await runSql(
    pool,
    `insert into key_secrets (id, key_id, digest, pepper_version, hint, created_at_ms, proved, tag)
     select 'sec_' || lpad(n::text, 22, '0'), 'key_' || lpad(n::text, 22, '0'), sha256(n::text::bytea), 1, 'pm_live_…x7Qk', $3, true, repeat('t', 43)
     from generate_series($1::int, $2::int) n`,
    [from, to, nowMs],
  );
};

type Work = (filled: Filled) => Promise<void>;

/** Medians of rounds that take turns, and their ratio. */
const compare = async (what: string, [small, large]: readonly [Filled, Filled], work: Work): Promise<readonly Figure[]> => {
  const taken = { small: [] as number[], large: [] as number[] };
  await work(small);
  await work(large);
  for (let round = 0; round < rounds; round++) {
    taken.small.push(await timed(() => work(small)));
    taken.large.push(await timed(() => work(large)));
  }
  const [ofSmall, ofLarge] = [median(taken.small), median(taken.large)];
  return [
    { what: `${what}, ${small.count} keys`, value: ofSmall * 1_000, unit: "µs" },
    { what: `${what}, ${large.count} keys`, value: ofLarge * 1_000, unit: "µs" },
    { what: `${what}: ratio`, value: ofLarge / ofSmall, unit: "×", bar: 2 },
  ];
};

const timed = async (work: () => Promise<void>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / callsPerRound;
};

const readCold: Work = async ({ store, count }) => {
  for (let call = 0; call < callsPerRound; call++) {
    const digest = digestOf(1 + Math.floor(Math.random() * count)).toString("base64url");
    if ((await store.keys.findByDigest([digest])) === undefined) throw new Error("A key of the benchmark is not found.");
  }
};

const created = { last: 0 };

const create: Work = async ({ store }) => {
  for (let call = 0; call < callsPerRound; call++) {
    created.last += 1;
    const id = `key_1${String(created.last).padStart(21, "0")}`;
    const key = newKey({ id, tenantId, number: created.last, rateLimit: null, nowMs });
    const digest = digestOf(-created.last).toString("base64url");
    const secret = newSecret({ id: `sec_${id}`, keyId: id, digest, pepperVersion: 1, end: "x7Qk", nowMs });
    await store.transaction(async (stores) => {
      await stores.keys.insert(signed(key));
      await stores.keys.insertSecret(signed(secret));
    });
  }
};

const signed = <T>(row: T): Signed<T> => ({ row, tag: "t".repeat(43) });

const list = async ({ store }: Filled, after: string | null): Promise<void> => {
  for (let call = 0; call < callsPerRound; call++) {
    const { items } = await store.keys.list({ tenantId, nowMs }, { limit: pageSize, after });
    if (items.length !== pageSize) throw new Error("A page of the benchmark is not full.");
  }
};

const sizesOf = async ({ pool, count }: Filled): Promise<readonly Figure[]> => {
  const [row] = await runSql<{ rows: number; indexes: number }>(
    pool,
    `select sum(pg_table_size(oid)) as rows, sum(pg_indexes_size(oid)) as indexes from pg_class where relname in ('api_keys', 'key_secrets')`,
  );
  return [
    { what: "rows of one key with one secret", value: Number(row?.rows) / count, unit: "bytes" },
    { what: "their indexes", value: Number(row?.indexes) / count, unit: "bytes" },
  ];
};

/** The plans of what was measured: an index each, and no scan of a table. */
const requireIndexes = async (pool: Pool): Promise<void> => {
  const plans: readonly (readonly [text: string, index: string])[] = [
    [`select * from key_secrets where digest = '\\x${digestOf(1).toString("hex")}'`, "key_secrets_digest_key"],
    [`select * from api_keys where tenant_id = '${tenantId}' and id < '${keyId(500_000)}' order by id desc limit ${pageSize}`, "api_keys_of_tenant"],
  ];
  for (const [text, index] of plans) {
    const plan = (await runSql<Record<string, string>>(pool, `explain ${text}`)).map((line) => line["QUERY PLAN"]).join("\n");
    if (!plan.includes(index) && !plan.includes("Index Scan")) throw new Error(`The plan uses no index:\n${plan}`);
    console.log(plan);
  }
};
