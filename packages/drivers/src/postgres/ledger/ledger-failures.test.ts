import { kill } from "node:process";
import { type Known, Unavailable } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { type LedgerProcess, month, requestOf, startLedger, tally } from "../../testing/ledger-process.ts";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, ledgerBudget, query } from "../../testing/stored-subjects.ts";
import { migrate } from "../migrate.ts";
import { openPostgres } from "../pool.ts";
import { createPostgresLedger } from "./ledger.ts";

/** More than a test can spend: where it is used up, nothing is VALID any more. So few a second that none comes back meanwhile. */
const keyLimit = { limit: 100_000, windowSeconds: month };

await describeWithPostgres("PostgreSQL", (server) => {
  let url: string;
  let patient: LedgerProcess;
  let hasty: LedgerProcess;
  const hastyDeadlineMs = 400;
  beforeAll(async () => {
    url = await server().newDatabase();
    patient = startLedger({ url, name: "patient" });
    hasty = startLedger({ url, name: "hasty", deadlineMs: hastyDeadlineMs });
    await migrate(patient.pool);
  });
  afterAll(async () => {
    await Promise.all([patient.end(), hasty.end()]);
  });

  const made = { ids: 0 };
  const stored = async (): Promise<Known> => {
    made.ids += 1;
    const key = { id: `key_${made.ids}`, revision: 1 };
    await committing(patient.pool)({ keys: [key] });
    return key;
  };
  const chargedOf = async (key: Known): Promise<number> => keyLimit.limit - ((await ledgerBudget(patient.pool, key.id))?.bucket?.tokens ?? keyLimit.limit);
  const spendTimes = ({ ledger }: Pick<LedgerProcess, "ledger">, key: Known, times: number) =>
    Promise.allSettled(Array.from({ length: times }, () => ledger.spend(requestOf(key, null, { keyLimit }))));

  /** Holds the budget of a key, as a batch of another process does, until it is released. */
  const hold = async (key: Known) => {
    const client = await patient.pool.connect();
    await client.query("begin", []);
    await client.query("select from ledger_budgets where subject_id = $1 for update", [key.id]);
    const held = { released: false };
    const release = async () => {
      if (held.released) return;
      held.released = true;
      await client.query("commit", []);
      client.release();
    };
    onTestFinished(release);
    return release;
  };

  /** Those that wait for a lock, when there is one. */
  const waitingBackends = async (pool: PostgresPool): Promise<readonly number[]> => {
    for (;;) {
      const rows = await query<{ pid: number }>(pool, "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
      if (rows.length > 0) return rows.map(({ pid }) => pid);
    }
  };

  /** Spends of its own key, until one is answered: at the deadlines here, a busy machine may need more than one attempt. */
  const recovered = async (process: LedgerProcess): Promise<void> => {
    const key = await stored();
    while (tally(await spendTimes(process, key, 1))["VALID"] !== 1);
  };

  const backendsOf = async (pool: PostgresPool): Promise<readonly number[]> => {
    const clients = await Promise.all([1, 2, 3].map(() => pool.connect()));
    const pids: number[] = [];
    for (const client of clients) {
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid", []);
      pids.push(...rows.map(({ pid }) => pid));
      client.release();
    }
    return pids;
  };

  const ended = (pids: readonly number[]): Promise<void> =>
    vi.waitFor(async () => {
      const left = await query(patient.pool, "select from pg_stat_activity where pid = any($1)", [pids]);
      expect(left).toEqual([]);
    }, 10_000);

  const quiet = async (pool: PostgresPool): Promise<void> => {
    for (;;) {
      const rows = await query(
        pool,
        "select from pg_stat_activity where datname = current_database() and query like 'select ledger_spend%' and state <> 'idle' and pid <> pg_backend_pid()",
      );
      if (rows.length === 0) return;
    }
  };

  it("is unavailable to a batch whose connection is ended, charges nothing for it, and then works again", async () => {
    const key = await stored();
    await spendTimes(patient, key, 1);
    const release = await hold(key);
    const lost = spendTimes(patient, key, 20);
    for (const pid of await waitingBackends(hasty.pool)) await query(hasty.pool, "select pg_terminate_backend($1)", [pid]);
    expect(tally(await lost)).toEqual({ Unavailable: 20 });
    await release();
    expect(tally(await spendTimes(patient, key, 10))).toEqual({ VALID: 10 });
    expect(await chargedOf(key)).toBe(11);
  });

  it("is unavailable when the deadline is over, and charges at most once what it could not answer", async () => {
    const key = await stored();
    await spendTimes(patient, key, 1);
    const release = await hold(key);
    const startedMs = performance.now();
    expect(tally(await spendTimes(hasty, key, 20))).toEqual({ Unavailable: 20 });
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(hastyDeadlineMs - 10);
    expect(tookMs).toBeLessThan(2 * hastyDeadlineMs + 1_000);
    await release();
    await quiet(patient.pool);
    const charged = await chargedOf(key);
    expect([1, 21]).toContain(charged);
    await recovered(hasty);
    expect(tally(await spendTimes(patient, key, 10))).toEqual({ VALID: 10 });
    expect(await chargedOf(key)).toBe(charged + 10);
  });

  it("settles one that waits behind stuck batches within twice the deadline, and charges it once at most", async () => {
    const keys = [await stored(), await stored()];
    const free = await stored();
    for (const key of keys) await spendTimes(patient, key, 1);
    const releases = [];
    for (const key of keys) releases.push(await hold(key));
    const startedMs = performance.now();
    // 128 of each fill both batches that may be under way, and leave as many waiting.
    const stuck = keys.map((key) => spendTimes(hasty, key, 128));
    const behind = await spendTimes(hasty, free, 50);
    expect(performance.now() - startedMs).toBeLessThan(2 * hastyDeadlineMs + 1_000);
    for (const results of await Promise.all(stuck)) expect(tally(results)).toEqual({ Unavailable: 128 });
    for (const release of releases) await release();
    await recovered(hasty);
    // The deadlines of the stuck batches and of those that wait for them end at about the same time: some may still get their turn.
    const { VALID: valid = 0, Unavailable: refused = 0 } = tally(behind);
    expect(valid + refused).toBe(50);
    const charged = await chargedOf(free);
    expect(charged).toBeGreaterThanOrEqual(valid);
    expect(charged).toBeLessThanOrEqual(50);
  });

  it("answers no charge twice, and no success that is not charged and counted, over crashes of the whole server", async () => {
    const key = await stored();
    const requested = { valid: 0, unavailable: 0 };
    const crash = { done: false };
    const spenders = [patient, hasty].flatMap((process) =>
      Array.from({ length: 8 }, async () => {
        while (!crash.done) {
          const results = tally(await spendTimes(process, key, 1));
          requested.valid += results["VALID"] ?? 0;
          requested.unavailable += results["Unavailable"] ?? 0;
        }
      }),
    );
    const until = async (happened: () => boolean): Promise<void> => {
      while (!happened()) await new Promise((resolve) => setImmediate(resolve));
    };
    const answered = (count: number): Promise<void> => {
      const before = requested.valid;
      return until(() => requested.valid >= before + count);
    };
    /** A backend that is killed takes the server down: all connections are lost, and it recovers from its log. */
    const killBackend = async (): Promise<void> => {
      const sql = "select pid from pg_stat_activity where query like 'select ledger_spend%' and state = 'active'";
      for (;;) {
        const [found] = await query<{ pid: number }>(patient.pool, sql).catch(() => []);
        if (found !== undefined) return void kill(found.pid, "SIGKILL");
      }
    };
    for (let round = 0; round < 3; round++) {
      await answered(40);
      const before = requested.unavailable;
      await killBackend();
      await until(() => requested.unavailable > before);
    }
    await answered(40);
    crash.done = true;
    await Promise.all(spenders);
    await quiet(patient.pool);
    const charged = await chargedOf(key);
    expect(charged).toBeGreaterThanOrEqual(requested.valid);
    expect(charged).toBeLessThanOrEqual(requested.valid + requested.unavailable);
    const counted: number[] = [];
    for (let move = await patient.ledger.take(); move !== undefined; move = await patient.ledger.take()) {
      counted.push(...move.counts.filter(({ keyId }) => keyId === key.id).map(({ requests }) => requests));
      await patient.ledger.confirm(move.id);
    }
    expect(counted.reduce((sum, requests) => sum + requests, 0)).toBe(charged);
  });

  it("is unavailable while the server stands still, and works again when it goes on", async () => {
    const key = await stored();
    const frozen = startLedger({ url, name: "frozen", deadlineMs: hastyDeadlineMs });
    await spendTimes(frozen, key, 1);
    const backends = await backendsOf(frozen.pool);
    await server().pause();
    try {
      const startedMs = performance.now();
      expect(tally(await spendTimes(frozen, key, 100))).toEqual({ Unavailable: 100 });
      expect(performance.now() - startedMs).toBeLessThan(2 * hastyDeadlineMs + 1_000);
    } finally {
      await server().resume();
    }
    await recovered(frozen);
    await frozen.end();
    // A backend reads what waits on its closed connection, and only then ends: until it has, it may yet charge.
    await ended(backends);
    const charged = await chargedOf(key);
    expect(charged).toBeGreaterThanOrEqual(1);
    expect(charged).toBeLessThanOrEqual(101);
    expect(tally(await spendTimes(patient, key, 10))).toEqual({ VALID: 10 });
    expect(await chargedOf(key)).toBe(charged + 10);
  });

  it("is unavailable where nothing listens, to spend, take and confirm, and says so of the ledger", async () => {
    const pool = openPostgres({ url: "postgres://postgres@127.0.0.1:1/keywright" });
    const ledger = createPostgresLedger({ pool, newMoveId: () => "mov_1" });
    const key = { id: "key_1", revision: 1 };
    for (const call of [() => ledger.spend(requestOf(key, null)), () => ledger.take(), () => ledger.confirm("mov_1")]) {
      await expect(call()).rejects.toMatchObject({ name: "Unavailable", port: "ledger" });
    }
    await ledger.close();
    await expect(ledger.spend(requestOf(key, null))).rejects.toThrow(Unavailable);
    await pool.end();
  });

  it("fails the one request that asks for what cannot be counted, and no other of its tick", async () => {
    const key = await stored();
    const odd = patient.ledger.spend(requestOf(key, null, { keyLimit: { limit: 1, windowSeconds: 1e12 } }));
    const even = patient.ledger.spend(requestOf(key, null, { keyLimit, endpoint: "GET /\0" }));
    await expect(odd).rejects.toThrow(RangeError);
    expect(await even).toMatchObject({ state: "DONE", outcome: "VALID" });
  });

  it("lets a mistake in the program through as what it is", async () => {
    const pool = openPostgres({ url: await server().newDatabase(), maxConnections: 1 });
    const ledger = createPostgresLedger({ pool, newMoveId: () => "mov_1" });
    await expect(ledger.spend(requestOf({ id: "key_1", revision: 1 }, null))).rejects.toMatchObject({ code: "42883" });
    await ledger.close();
    await pool.end();
  });
});
