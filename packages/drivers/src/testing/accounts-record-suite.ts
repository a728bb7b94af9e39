import { createHmac } from "node:crypto";
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { World } from "./accounts-session-suite.ts";
import { timeCodes } from "./accounts-session-suite.ts";
import { type Browser, otherPassword, password, signingSecret } from "./accounts-world.ts";

const tables = ["accounts", "account_sessions", "account_logins", "account_verifications", "account_two_factors", "account_attempts"];

/** A session's token, as its cookie has it before the signature. */
const tokenIn = (browser: Browser): string => decodeURIComponent(browser.cookies.get("keywright.session_token") ?? "").split(".")[0] ?? "";

/** The cookie that the library would sign for this token. */
const signed = (token: string): string =>
  `keywright.session_token=${encodeURIComponent(`${token}.${createHmac("sha256", signingSecret).update(token).digest("base64")}`)}`;

export const restSuite = (world: () => World, pool: () => PostgresPool): void => {
  describe("what rests in the tables", () => {
    const readAll = async (): Promise<string> => {
      const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool() }) });
      const rows = await Promise.all(tables.map((name) => sql`select * from ${sql.table(name)}`.execute(db)));
      return JSON.stringify(rows.map((result) => result.rows));
    };

    it("is of no use to whoever reads them: no session, no link, no code and no password is in them", async () => {
      const browser = await world().join("rest@example.com");
      await browser.ask("POST /sign-in/email", { email: "rest@example.com", password });
      await browser.ask("POST /request-password-reset", { email: "rest@example.com" });
      const { totp_uri = "", recovery_codes = [] } = await browser.ask("POST /two-factor/enable", { password });
      const link = /#token=(\S+)/.exec(world().mailer.sent.findLast(({ to }) => to === "rest@example.com")?.text ?? "")?.[1] ?? "";
      const secrets = [tokenIn(browser), link, new URL(totp_uri).searchParams.get("secret") ?? "", ...recovery_codes, password];
      const rest = await readAll();
      expect(rest).toContain("rest@example.com");
      for (const secret of secrets) {
        expect(secret.length).toBeGreaterThan(8);
        expect(rest).not.toContain(secret);
      }
    });

    it("opens no session, even to whoever can sign cookies", async () => {
      const browser = await world().join("reader@example.com");
      await browser.ask("POST /sign-in/email", { email: "reader@example.com", password });
      const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool() }) });
      const { rows } = await sql<{ token: string }>`
        select s.token from account_sessions s join accounts a on a.id = s.account_id where a.email = 'reader@example.com'`.execute(db);
      expect(rows).toHaveLength(1);
      expect(await world().accounts.find(signed(tokenIn(browser)))).toMatchObject({ email: "reader@example.com" });
      expect(await world().accounts.find(signed(rows[0]?.token ?? ""))).toBeUndefined();
    });
  });
};

export const happeningSuite = (world: () => World): void => {
  describe("what the audit log is told", () => {
    /** What a work has been told of, each with whose account it is. */
    const toldDuring = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      const before = world().happenings.length;
      await work();
      return world()
        .happenings.slice(before)
        .map(({ action, after }) => (after === undefined ? action : `${action} ${Object.values(after).join()}`));
    };
    const accountId = async (browser: Browser) => (await browser.ask("GET /get-session")).account?.id;

    it("is each sign-in and each end of one", async () => {
      const browser = await world().join("told@example.com");
      const ask = (call: string, fields?: object) => toldDuring(() => browser.ask(call, fields));
      expect(await ask("POST /sign-in/email", { email: "told@example.com", password })).toEqual(["account.signed_in password"]);
      const id = await accountId(browser);
      const other = await world().signIn("told@example.com");
      const { data = [] } = await browser.ask("GET /list-sessions");
      expect(await ask("POST /revoke-session", { id: data.find(({ current }) => !current)?.id })).toEqual(["account.session_revoked"]);
      expect(await world().accounts.find(other.cookie())).toBeUndefined();
      const third = await world().signIn("told@example.com");
      expect(await ask("POST /revoke-other-sessions")).toEqual(["account.sessions_revoked"]);
      expect(await world().accounts.find(third.cookie())).toBeUndefined();
      expect(await world().accounts.find(browser.cookie())).toMatchObject({ email: "told@example.com" });
      expect(await ask("POST /sign-out")).toEqual(["account.signed_out"]);
      expect(await toldDuring(() => browser.ask("GET /get-session"))).toEqual([]);
      expect(
        new Set(
          world()
            .happenings.slice(-5)
            .map((happening) => happening.accountId),
        ),
      ).toEqual(new Set([id]));
    });

    it("is each change of a password, and no attempt of a stranger's", async () => {
      const browser = await world().join("told2@example.com");
      const refusal = toldDuring(() => browser.ask("POST /sign-in/email", { email: "told2@example.com", password: "wrong" }).catch(() => {}));
      expect(await refusal).toEqual([]);
      await browser.ask("POST /sign-in/email", { email: "told2@example.com", password });
      const change = { current_password: password, new_password: otherPassword };
      expect(await toldDuring(() => browser.ask("POST /change-password", change))).toEqual(["account.password_changed"]);
      await browser.ask("POST /request-password-reset", { email: "told2@example.com" });
      const token = /#token=(\S+)/.exec(world().mailer.sent.at(-1)?.text ?? "")?.[1];
      expect(await toldDuring(() => world().newBrowser().ask("POST /reset-password", { token, new_password: password }))).toEqual(["account.password_reset"]);
      expect(world().happenings.at(-1)?.accountId).toMatch(/^acc_/);
    });

    it("is what becomes of a second factor, and each wrong code", async () => {
      const browser = await world().join("told3@example.com");
      await browser.ask("POST /sign-in/email", { email: "told3@example.com", password });
      const { totp_uri = "", recovery_codes = [] } = await browser.ask("POST /two-factor/enable", { password });
      const code = timeCodes(totp_uri);
      const ask = (call: string, fields?: object) => toldDuring(() => browser.ask(call, fields).catch(() => {}));
      expect(await ask("POST /two-factor/verify-totp", { code: await code() })).toEqual(["account.second_factor_enabled"]);
      await browser.ask("POST /sign-out");
      expect(await ask("POST /sign-in/email", { email: "told3@example.com", password })).toEqual([]);
      expect(await ask("POST /two-factor/verify-totp", { code: "000000" })).toEqual(["account.second_factor_refused"]);
      expect(await ask("POST /two-factor/verify-backup-code", { code: recovery_codes[0] })).toEqual(["account.signed_in recovery code"]);
      expect(await ask("POST /two-factor/generate-backup-codes", { password })).toEqual(["account.recovery_codes_renewed"]);
      expect(await ask("POST /two-factor/disable", { password })).toEqual(["account.second_factor_disabled"]);
    });
  });
};
