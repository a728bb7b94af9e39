import { AsyncLocalStorage } from "node:async_hooks";
import { Unavailable } from "@keywright/core";
import { getMigrations } from "better-auth/db/migration";
import { Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type EmbeddedPool, openEmbedded } from "../postgres/embedded/open.ts";
import { migrate } from "../postgres/migrate.ts";
import { digestSessionTokens } from "../postgres/migrations/0009-session-digests.ts";
import { accountsSuite } from "../testing/accounts-suite.ts";
import { losePool, openAccountsWorld } from "../testing/accounts-world.ts";
import { attemptsSuite } from "../testing/attempts-suite.ts";
import { createEmbeddedFolders, type EmbeddedFolders } from "../testing/embedded-folder.ts";
import { createPostgresAttempts } from "./attempts.ts";
import { createAuth } from "./auth.ts";
import { createExchanges } from "./exchange.ts";
import { createPasswords } from "./passwords.ts";

let folders: EmbeddedFolders;
let pool: EmbeddedPool;

beforeAll(async () => {
  folders = await createEmbeddedFolders();
  pool = await openEmbedded({ folder: await folders.next() });
  await migrate(pool);
});

afterAll(async () => {
  await pool.end();
  await folders.remove();
});

attemptsSuite("embedded", () => pool);
accountsSuite("embedded", async () => openEmbedded({ folder: await folders.next() }));

it("has tables of the shape that the library asks for", async () => {
  await openAccountsWorld(pool);
  const { options } = createAuth({
    pool,
    publicUrl: "https://keys.example.com",
    secrets: [{ version: 1, value: "x".repeat(64) }],
    newAccountId: () => "acc_1",
    isSignUpOpen: false,
    isInvited: async () => false,
    attempts: createPostgresAttempts(pool, { secret: "s", nowMs: () => 0 }),
    exchanges: createExchanges(),
    sso: undefined,
    passwords: createPasswords(),
    post: () => {},
    forgetOneTimePassword: async () => {},
    warn: () => {},
  });
  const { toBeCreated, toBeAdded } = await getMigrations(options);
  expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
});

it("leaves no storage awake behind a sign-in, for which every verification would pay", async () => {
  const run = vi.spyOn(AsyncLocalStorage.prototype, "run");
  const world = await openAccountsWorld(pool);
  const browser = await world.join("grace@example.com");
  await Promise.all([1, 2].map(() => browser.ask("POST /sign-in/email", { email: "grace@example.com", password: "correct horse battery" })));
  const storages = [...new Set(run.mock.contexts)] as (AsyncLocalStorage<unknown> & { readonly enabled?: boolean })[];
  run.mockRestore();
  expect(storages.length).toBeGreaterThanOrEqual(3);
  // Node 24 follows nothing, and has no such field.
  expect(storages.filter(({ enabled }) => enabled)).toEqual([]);
});

it("says that the store is away, and never that somebody is signed out", async () => {
  const state = { isAway: false };
  const world = await openAccountsWorld(losePool(pool, state));
  const browser = await world.join("ada@example.com");
  await browser.ask("POST /sign-in/email", { email: "ada@example.com", password: "correct horse battery" });
  state.isAway = true;
  await expect(world.accounts.find(browser.cookie())).rejects.toThrow(Unavailable);
  await expect(browser.ask("GET /list-sessions")).rejects.toThrow(Unavailable);
  await expect(browser.ask("POST /sign-in/email", { email: "ada@example.com", password: "wrong" })).rejects.toThrow(Unavailable);
  state.isAway = false;
  expect(await world.accounts.find(browser.cookie())).toMatchObject({ email: "ada@example.com" });
});

it("goes on with the sessions that rested in the clear before their tokens were digested", async () => {
  const world = await openAccountsWorld(pool);
  const browser = await world.join("older@example.com");
  await browser.ask("POST /sign-in/email", { email: "older@example.com", password: "correct horse battery" });
  const token = decodeURIComponent(browser.cookie()).split("=")[1]?.split(".")[0] ?? "";
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await sql`delete from account_sessions where account_id <> (select id from accounts where email = 'older@example.com')`.execute(db);
  await sql`update account_sessions set token = ${token}`.execute(db);
  expect(await world.accounts.find(browser.cookie())).toBeUndefined();
  await digestSessionTokens.up(db);
  expect(await world.accounts.find(browser.cookie())).toMatchObject({ email: "older@example.com" });
});

it("sends its cookies by TLS alone where people reach it by TLS", async () => {
  const world = await openAccountsWorld(pool, { publicUrl: "https://keys.example.com" });
  const browser = await world.join("tls@example.com");
  await browser.ask("POST /sign-in/email", { email: "tls@example.com", password: "correct horse battery" });
  expect(browser.given).toEqual([expect.stringMatching(/^__Secure-keywright\.session_token=[^;]+; .*HttpOnly; Secure; SameSite=Lax$/)]);
  expect(await world.accounts.find(browser.cookie())).toMatchObject({ email: "tls@example.com" });
});
