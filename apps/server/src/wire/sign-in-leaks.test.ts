import { createMemoryMailer } from "@keywright/core";
import { accountEndpoints, migrate, openEmbedded } from "@keywright/drivers";
import { openAccounts, type Passwords } from "@keywright/drivers/accounts";
import { createEmbeddedFolders } from "@keywright/drivers/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemTimer, type Timer } from "../http/refusal-delay.ts";
import { samplesApart } from "../testing/samples-apart.ts";
import { createStubApp } from "../testing/stub-app.ts";

const folders = await createEmbeddedFolders();
let pool: Awaited<ReturnType<typeof openEmbedded>>;

/** Accounts that exist; as many addresses have none. */
const people = 1_000;

beforeAll(async () => {
  pool = await openEmbedded({ folder: await folders.next() });
  await migrate(pool);
  const client = await pool.connect();
  const names = `generate_series(0, ${people - 1}) as n`;
  await client.query(
    `insert into accounts (id, name, email, email_verified, is_operator, must_change_password)
     select 'acc_' || n, 'N', 'known' || n || '@example.com', true, false, false from ${names}`,
    [],
  );
  await client.query(
    `insert into account_logins (id, account_id, provider_id, provider_account_id, password, updated_at)
     select 'log_' || n, 'acc_' || n, 'credential', 'acc_' || n, 'a hash', current_timestamp from ${names}`,
    [],
  );
  client.release();
});

afterAll(async () => {
  await pool.end();
  await folders.remove();
});

/** Time as it passes, but for waiting, which is only counted: so a thousand refusals can be held back in seconds. */
const createCountedTimer = () => {
  const waited = { ms: 0 };
  const nowMs = (): number => systemTimer.nowMs() + waited.ms;
  const timer: Timer = {
    nowMs,
    sleep: async (ms) => {
      waited.ms += ms;
    },
    reach: async (ms) => {
      waited.ms += Math.max(0, ms - nowMs());
    },
  };
  return { timer, nowMs };
};

interface Opened {
  readonly app: FastifyInstance;
  /** Time as whoever waits for an answer sees it. */
  readonly nowMs: () => number;
}

/** The whole way of a sign-in, but for what one hash costs: its noise would hide what is to be measured. */
const openApp = (passwords: Passwords, floor: { readonly guardFloorMs?: number } = {}): Opened => {
  const accounts = openAccounts({
    pool,
    publicUrl: "http://keys.example.com",
    secrets: [{ version: 1, value: "0123456789abcdef".repeat(4) }],
    newAccountId: () => "acc_new",
    mailer: createMemoryMailer(),
    isSignUpOpen: false,
    isInvited: async () => false,
    passwords,
    onSignIn: async () => {},
    onHappening: async () => {},
    onFailure: () => {},
  });
  const door = { ...accounts, endpoints: accountEndpoints, call: (call: object) => accounts.call(call as Parameters<typeof accounts.call>[0]) };
  const { timer, nowMs } = createCountedTimer();
  return { app: createStubApp({ accounts: door, timer, ...floor }).app, nowMs };
};

interface Attempt {
  readonly isKnown: boolean;
  readonly n: number;
}

/** One after the other, known and unknown in no order; every attempt from an address of its own. */
const tryAll = async ({ app, nowMs }: Opened, count: number) => {
  const attempts: readonly Attempt[] = Array.from({ length: 2 * count }, (_, index) => ({ isKnown: index % 2 === 0, n: index >> 1 }));
  const shuffled = attempts.map((attempt) => ({ attempt, key: Math.random() })).toSorted((one, other) => one.key - other.key);
  const answers = new Set<string>();
  const times = { known: [] as number[], unknown: [] as number[] };
  const ask = async ({ isKnown, n }: Attempt): Promise<void> => {
    const startedMs = nowMs();
    const response = await app.inject({
      method: "POST",
      url: "/api/auth/sign-in/email",
      remoteAddress: `10.${isKnown ? 1 : 2}.${n >> 8}.${n & 255}`,
      payload: { email: `${isKnown ? "known" : "other"}${n}@example.com`, password: "wrong password" },
    });
    times[isKnown ? "known" : "unknown"].push(nowMs() - startedMs);
    const { "x-request-id": _, date: __, ...headers } = response.headers;
    answers.add(JSON.stringify([response.statusCode, headers, response.body.replaceAll(/req_[0-9a-z]+/g, "")]));
  };
  for (const { attempt } of shuffled) await ask(attempt);
  return { answers, times };
};

it("a thousand accounts with a wrong password and a thousand unknown ones are told apart neither by words nor by time", { timeout: 300_000 }, async () => {
  const work = { hashed: 0, verified: 0 };
  const passwords: Passwords = {
    hash: async () => {
      work.hashed++;
      return "a hash";
    },
    verify: async () => {
      work.verified++;
      return false;
    },
  };
  const { answers, times } = await tryAll(openApp(passwords), people);
  expect(work).toEqual({ hashed: people, verified: people });
  expect([...answers]).toEqual([expect.stringContaining("SIGN_IN_REFUSED")]);
  expect([times.known.length, times.unknown.length]).toEqual([people, people]);
  const { chance, distance } = samplesApart(times.known, times.unknown);
  // Of two samples of a thousand that are alike, U is within 0.06 of a half (4.6 standard deviations), and D below 0.1, but once in 200,000 times.
  expect(Math.abs(chance - 0.5)).toBeLessThan(0.08);
  expect(distance).toBeLessThan(0.15);
});

it("would be told apart, were a hash made for those alone who have an account", async () => {
  const slow: Passwords = {
    hash: async () => "a hash",
    verify: async () => {
      await systemTimer.sleep(40);
      return false;
    },
  };
  const { times } = await tryAll(openApp(slow, { guardFloorMs: 0 }), 40);
  expect(samplesApart(times.known, times.unknown).chance).toBeGreaterThan(0.8);
});
