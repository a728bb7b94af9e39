import type { PostgresPool } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { pruneAccounts } from "../accounts/prune.ts";
import { happeningSuite, restSuite } from "./accounts-record-suite.ts";
import { passwordSuite, secondFactorSuite, sessionSuite, type World } from "./accounts-session-suite.ts";
import { invitation, openAccountsWorld, otherPassword, password } from "./accounts-world.ts";

const refused = (code: string) => ({ code });
const hour = 3_600_000;

/** What people can rely on, on a new database that `open` makes. */
export const accountsSuite = (name: string, open: () => Promise<PostgresPool>): void => {
  describe(`accounts: ${name}`, () => {
    const opened: { pool?: PostgresPool; world?: World; open?: World } = {};
    beforeAll(async () => {
      opened.pool = await open();
      opened.world = await openAccountsWorld(opened.pool);
      opened.open = await openAccountsWorld(opened.pool, { isSignUpOpen: true });
    });
    afterAll(async () => {
      await opened.pool?.end();
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const world = (): World => {
      if (opened.world === undefined) throw new Error("The database is not open.");
      return opened.world;
    };
    const openWorld = (): World => {
      if (opened.open === undefined) throw new Error("The database is not open.");
      return opened.open;
    };
    openingSuite(world, openWorld);
    signInSuite(world);
    sessionSuite(world);
    passwordSuite(world);
    secondFactorSuite(world);
    operatorSuite(world);
    happeningSuite(world);
    restSuite(world, () => {
      if (opened.pool === undefined) throw new Error("The database is not open.");
      return opened.pool;
    });
    it("leaves nothing behind that has ended", async () => {
      if (opened.pool === undefined) throw new Error("The database is not open.");
      const laterMs = Date.now() + 400 * 24 * hour;
      expect(await pruneAccounts(opened.pool, laterMs, 10_000)).toBeGreaterThan(10);
      expect(await pruneAccounts(opened.pool, laterMs, 10_000)).toBe(0);
    });
  });
};

const openingSuite = (world: () => World, openWorld: () => World): void => {
  describe("opening an account", () => {
    it("takes an invitation, and needs no other proof of the address", async () => {
      const browser = await world().join("ada@example.com");
      expect(world().mailer.sent).toEqual([]);
      expect(await browser.ask("POST /sign-in/email", { email: "ADA@example.com", password })).toMatchObject({ account: { email: "ada@example.com" } });
      expect(await world().accounts.find(browser.cookie())).toEqual({
        accountId: expect.any(String),
        email: "ada@example.com",
        name: "Ada",
        isOperator: false,
        hasTwoFactor: false,
        mustChangePassword: false,
      });
    });

    it("is refused without an invitation, or with one that is none", async () => {
      const fields = { email: "eve@example.com", password, name: "Eve" };
      for (const extra of [{}, { invitation: "guessed" }]) {
        await expect(
          world()
            .newBrowser()
            .ask("POST /sign-up/email", { ...fields, ...extra }),
        ).rejects.toMatchObject(refused("SIGN_UP_CLOSED"));
      }
      await expect(
        openWorld()
          .newBrowser()
          .ask("POST /sign-up/email", { ...fields, invitation: "guessed" }),
      ).rejects.toMatchObject(refused("SIGN_UP_CLOSED"));
    });

    it("is open to everybody where the operator says so, once the address is confirmed", async () => {
      const { newBrowser, mailer } = openWorld();
      const fields = { email: "bob@example.com", password, name: "Bob <b>" };
      const browser = newBrowser();
      await browser.ask("POST /sign-up/email", fields);
      await expect(browser.ask("POST /sign-in/email", { email: fields.email, password })).rejects.toMatchObject(refused("EMAIL_NOT_VERIFIED"));
      const mail = mailer.sent.find(({ to }) => to === fields.email);
      expect(mail?.html).toContain("Bob &lt;b&gt;");
      const token = decodeURIComponent(/\/verify-email#token=(\S+)/.exec(mail?.text ?? "")?.[1] ?? "");
      await expect(browser.ask("GET /verify-email", { token: `${token}x` })).rejects.toMatchObject(refused("LINK_NOT_VALID"));
      await browser.ask("GET /verify-email", { token });
      await browser.ask("POST /sign-in/email", { email: fields.email, password });
      expect(await openWorld().accounts.find(browser.cookie())).toMatchObject({ email: fields.email });
    });

    it("tells nobody but the address itself that there is an account already", async () => {
      const { newBrowser, mailer, join } = openWorld();
      await join("carol@example.com");
      const ask = (email: string) => newBrowser().ask("POST /sign-up/email", { email, password: otherPassword, name: "C" });
      expect(await ask("carol@example.com")).toEqual(await ask("nobody@example.com"));
      expect(mailer.sent.filter(({ to }) => to === "carol@example.com").map(({ subject }) => subject)).toEqual(["You have an account already"]);
      await expect(newBrowser().ask("POST /sign-in/email", { email: "carol@example.com", password: otherPassword })).rejects.toMatchObject(
        refused("SIGN_IN_REFUSED"),
      );
    });

    it("refuses short passwords, unknown fields and what nobody may set for themselves", async () => {
      const fields = { email: "dan@example.com", password, name: "Dan", invitation };
      const ask = (change: object) =>
        world()
          .newBrowser()
          .ask("POST /sign-up/email", { ...fields, ...change });
      await expect(ask({ password: "short" })).rejects.toMatchObject(refused("INVALID_REQUEST"));
      await expect(ask({ is_operator: true })).rejects.toMatchObject({ code: "INVALID_REQUEST", fields: [{ pointer: "/is_operator" }] });
      await expect(ask({ isOperator: true })).rejects.toMatchObject(refused("INVALID_REQUEST"));
      await expect(ask({ email: "no address" })).rejects.toMatchObject({ fields: [{ pointer: "/email" }] });
    });
  });
};

const signInSuite = (world: () => World): void => {
  describe("signing in", () => {
    it("refuses an unknown address and a wrong password with one answer, and the same work", async () => {
      await world().join("erin@example.com");
      const browser = world().newBrowser();
      const times: Record<string, number[]> = { known: [], unknown: [] };
      const answers = new Set<string>();
      for (let round = 0; round < 8; round++) {
        for (const [kind, email] of [
          ["known", "erin@example.com"],
          ["unknown", `nobody${round}@example.com`],
        ] as const) {
          const startedMs = performance.now();
          const error = await browser
            .ask("POST /sign-in/email", { email, password: `wrong ${round}` }, `198.51.100.${round}`)
            .catch((refusal: unknown) => refusal);
          times[kind]?.push(performance.now() - startedMs);
          answers.add(JSON.stringify([error, String(error)]));
        }
      }
      expect([...answers]).toEqual([expect.stringContaining("SIGN_IN_REFUSED")]);
      // A hash takes tens of milliseconds, everything else a few: without one, the time of one kind would be a fraction of the other's.
      const median = (kind: string) => times[kind]?.toSorted((one, other) => one - other)[4] ?? 0;
      expect(median("unknown") / median("known")).toBeGreaterThan(0.5);
      expect(median("unknown") / median("known")).toBeLessThan(2);
    });

    it("lets an account be tried ten times in a quarter of an hour, from wherever, and not once more", async () => {
      await world().join("frank@example.com");
      const attempt = (n: number, given: string) =>
        world()
          .newBrowser()
          .ask("POST /sign-in/email", { email: "frank@example.com", password: given }, `192.0.2.${n}`)
          .then(
            () => "in",
            (error: { code: string }) => error.code,
          );
      const outcomes = await Promise.all(Array.from({ length: 14 }, (_, n) => attempt(n, "wrong password")));
      expect(outcomes.filter((code) => code === "SIGN_IN_REFUSED")).toHaveLength(10);
      expect(outcomes.filter((code) => code === "TOO_MANY_ATTEMPTS")).toHaveLength(4);
      expect(await attempt(20, password)).toBe("TOO_MANY_ATTEMPTS");
      await expect(world().newBrowser().ask("POST /sign-in/email", { email: "frank@example.com", password })).rejects.toMatchObject({
        retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds > 800 && seconds <= 900),
      });
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hour / 4 + 1_000 });
      expect(await attempt(21, password)).toBe("in");
    });

    it("lets an address try sixty times, a network of IPv6 as one address", async () => {
      const tries = Array.from({ length: 61 }, (_, n) =>
        world()
          .newBrowser()
          .ask("POST /sign-in/email", { email: `double..dots${n}@example.com`, password }, `2001:db8:1:1::${n + 1}`)
          .catch((error: { code: string }) => error.code),
      );
      const outcomes = await Promise.all(tries);
      expect(outcomes.filter((code) => code === "TOO_MANY_ATTEMPTS")).toHaveLength(1);
      const other = world().newBrowser().ask("POST /sign-in/email", { email: "double..dots@example.com", password }, "2001:db8:1:2::1");
      await expect(other).rejects.toMatchObject(refused("INVALID_REQUEST"));
    });

    it("gives a cookie that no script reads and no other site sends, and ends the browser's session before", async () => {
      const browser = await world().join("grace@example.com");
      await browser.ask("POST /sign-in/email", { email: "grace@example.com", password });
      const former = browser.cookie();
      expect(browser.given).toEqual([expect.stringMatching(/^keywright\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)]);
      await browser.ask("POST /sign-in/email", { email: "grace@example.com", password });
      expect(browser.cookie()).not.toBe(former);
      expect(await world().accounts.find(former)).toBeUndefined();
      expect(await world().accounts.find(browser.cookie())).toMatchObject({ email: "grace@example.com" });
      expect((await browser.ask("GET /list-sessions")).data).toHaveLength(1);
    });
  });
};

const operatorSuite = (world: () => World): void => {
  describe("an operator's account", () => {
    it("has a one-time password, and nothing else is allowed before it is changed", async () => {
      const made = await world().accounts.makeOperator("Root@example.com");
      const browser = world().newBrowser();
      const first = await browser.ask("POST /sign-in/email", { email: made.email, password: made.password.reveal() });
      expect(first).toMatchObject({ account: { is_operator: true, must_change_password: true } });
      await expect(world().accounts.find(browser.cookie())).rejects.toMatchObject(refused("PASSWORD_CHANGE_REQUIRED"));
      const admitted = await world().accounts.find(browser.cookie(), { admitsOneTimePassword: true });
      expect(admitted).toMatchObject({ isOperator: true, mustChangePassword: true });
      await expect(browser.ask("GET /list-sessions")).rejects.toMatchObject(refused("PASSWORD_CHANGE_REQUIRED"));
      await expect(browser.ask("POST /two-factor/enable", { password: made.password.reveal() })).rejects.toMatchObject(refused("PASSWORD_CHANGE_REQUIRED"));
      await browser.ask("POST /change-password", { current_password: made.password.reveal(), new_password: otherPassword });
      expect(await world().accounts.find(browser.cookie())).toMatchObject({ email: "root@example.com", isOperator: true });
    });

    it("that is lost is given back with a new one-time password, and loses its sessions", async () => {
      const first = await world().accounts.makeOperator("lost@example.com");
      const browser = world().newBrowser();
      await browser.ask("POST /sign-in/email", { email: first.email, password: first.password.reveal() });
      const second = await world().accounts.makeOperator("lost@example.com");
      expect(await world().accounts.find(browser.cookie())).toBeUndefined();
      await expect(browser.ask("POST /sign-in/email", { email: first.email, password: first.password.reveal() })).rejects.toMatchObject(
        refused("SIGN_IN_REFUSED"),
      );
      await browser.ask("POST /sign-in/email", { email: first.email, password: second.password.reveal() });
    });
  });
};
