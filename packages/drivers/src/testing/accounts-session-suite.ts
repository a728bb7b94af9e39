import { createHmac } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { type Browser, type openAccountsWorld, otherPassword, password } from "./accounts-world.ts";

export type World = Awaited<ReturnType<typeof openAccountsWorld>>;

const refused = (code: string) => ({ code });
const hour = 3_600_000;

export const sessionSuite = (world: () => World): void => {
  describe("a session", () => {
    const two = async (email: string): Promise<readonly [Browser, Browser]> => {
      await world().join(email);
      return [await world().signIn(email), await world().signIn(email)];
    };

    it("is listed and revoked by its id, which is no credential", async () => {
      const [one, other] = await two("heidi@example.com");
      const { data = [] } = await one.ask("GET /list-sessions");
      expect(data.map(({ current }) => current).sort()).toEqual([false, true]);
      expect(JSON.stringify(data)).not.toContain(decodeURIComponent(other.cookie()).split("=")[1]?.split(".")[0]);
      const foreign = await two("ivan@example.com");
      const { data: theirs = [] } = await foreign[0].ask("GET /list-sessions");
      await expect(one.ask("POST /revoke-session", { id: theirs[0]?.id })).rejects.toMatchObject(refused("NOT_FOUND"));
      await one.ask("POST /revoke-session", { id: data.find(({ current }) => !current)?.id });
      expect(await world().accounts.find(other.cookie())).toBeUndefined();
      expect(await world().accounts.find(one.cookie())).toMatchObject({ email: "heidi@example.com" });
    });

    it("ends with all others when one signs out everywhere", async () => {
      const [one, other] = await two("judy@example.com");
      await one.ask("POST /revoke-sessions");
      for (const browser of [one, other]) expect(await world().accounts.find(browser.cookie())).toBeUndefined();
    });

    it("ends with the sign-out, and a copy of its cookie with it", async () => {
      const [one] = await two("kim@example.com");
      const copy = one.cookie();
      await one.ask("POST /sign-out");
      expect([one.cookies.size, await world().accounts.find(copy)]).toEqual([0, undefined]);
    });

    it("ends a day after its last use, and a week after its beginning however much it is used", async () => {
      const [idle, used] = await two("leo@example.com");
      const startMs = Date.now();
      const at = (hours: number) => vi.useFakeTimers({ toFake: ["Date"], now: startMs + hours * hour });
      at(23);
      expect(await world().accounts.find(used.cookie())).toMatchObject({ email: "leo@example.com" });
      at(25);
      expect(await world().accounts.find(idle.cookie())).toBeUndefined();
      for (let hours = 40; hours < 168; hours += 20) {
        at(hours);
        expect(await world().accounts.find(used.cookie())).toMatchObject({ email: "leo@example.com" });
      }
      at(167);
      expect(await world().accounts.find(used.cookie())).toMatchObject({ email: "leo@example.com" });
      at(169);
      expect(await world().accounts.find(used.cookie())).toBeUndefined();
    });

    it("is not kept alive by a look that is no use of it", async () => {
      const [watched] = await two("nina@example.com");
      const startMs = Date.now();
      for (const hours of [12, 23]) {
        vi.useFakeTimers({ toFake: ["Date"], now: startMs + hours * hour });
        expect(await world().accounts.find(watched.cookie(), { isUse: false })).toMatchObject({ email: "nina@example.com" });
      }
      vi.useFakeTimers({ toFake: ["Date"], now: startMs + 25 * hour });
      expect(await world().accounts.find(watched.cookie(), { isUse: false })).toBeUndefined();
    });

    it("is nobody's where the cookie is forged, of another secret, or none", async () => {
      const [one] = await two("mia@example.com");
      const forged = `${one.cookie().slice(0, -9)}AAAAAAA%3D`;
      for (const cookie of [forged, one.cookie().replace(/\..*$/, ""), "keywright.session_token=", "a=b", ""]) {
        expect(await world().accounts.find(cookie)).toBeUndefined();
      }
    });
  });
};

export const passwordSuite = (world: () => World): void => {
  describe("a password", () => {
    const mailedToken = (email: string): string | undefined => {
      const mail = world().mailer.sent.findLast(({ to }) => to === email);
      return /#token=(\S+)/.exec(mail?.text ?? "")?.[1];
    };

    it("is chosen anew by a mailed link, once, and every session ends", async () => {
      const browser = await world().join("nina@example.com");
      await browser.ask("POST /sign-in/email", { email: "nina@example.com", password });
      const stranger = world().newBrowser();
      expect(await stranger.ask("POST /request-password-reset", { email: "nina@example.com" })).toEqual(
        await stranger.ask("POST /request-password-reset", { email: "missing@example.com" }),
      );
      expect(world().mailer.sent.some(({ to }) => to === "missing@example.com")).toBe(false);
      const token = mailedToken("nina@example.com");
      await expect(stranger.ask("POST /reset-password", { token: `${token}x`, new_password: otherPassword })).rejects.toMatchObject(refused("LINK_NOT_VALID"));
      await stranger.ask("POST /reset-password", { token, new_password: otherPassword });
      await expect(stranger.ask("POST /reset-password", { token, new_password: password })).rejects.toMatchObject(refused("LINK_NOT_VALID"));
      expect(await world().accounts.find(browser.cookie())).toBeUndefined();
      await stranger.ask("POST /sign-in/email", { email: "nina@example.com", password: otherPassword });
      expect(await world().accounts.find(stranger.cookie())).toMatchObject({ email: "nina@example.com" });
    });

    it("is not chosen anew by a link that has expired", async () => {
      const browser = await world().join("oscar@example.com");
      await browser.ask("POST /request-password-reset", { email: "oscar@example.com" });
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hour + 1_000 });
      const change = { token: mailedToken("oscar@example.com"), new_password: otherPassword };
      await expect(browser.ask("POST /reset-password", change)).rejects.toMatchObject(refused("LINK_NOT_VALID"));
    });

    it("is changed by who knows it, and every other session ends", async () => {
      await world().join("paul@example.com");
      const [one, other] = [await world().signIn("paul@example.com"), await world().signIn("paul@example.com")];
      const change = (fields: object) => one.ask("POST /change-password", fields);
      await expect(change({ current_password: "guess", new_password: otherPassword })).rejects.toMatchObject({ fields: [{ pointer: "/password" }] });
      await expect(change({ current_password: password, new_password: password })).rejects.toMatchObject({ fields: [{ pointer: "/new_password" }] });
      await change({ current_password: password, new_password: otherPassword });
      expect(await world().accounts.find(other.cookie())).toBeUndefined();
      expect(await world().accounts.find(one.cookie())).toMatchObject({ email: "paul@example.com" });
    });

    it("is mailed about five times an hour at most", async () => {
      const browser = await world().join("quinn@example.com");
      const codes = await Promise.all(
        Array.from({ length: 7 }, (_, n) =>
          browser.ask("POST /request-password-reset", { email: "Quinn@example.com" }, `192.0.2.${n}`).then(
            () => "sent",
            (error: { code: string }) => error.code,
          ),
        ),
      );
      expect(codes.filter((code) => code === "sent")).toHaveLength(5);
      expect(codes.filter((code) => code === "TOO_MANY_ATTEMPTS")).toHaveLength(2);
    });
  });
};

export const secondFactorSuite = (world: () => World): void => {
  describe("a second factor", () => {
    const enable = async (email: string) => {
      const browser = await world().join(email);
      await browser.ask("POST /sign-in/email", { email, password });
      const { totp_uri = "", recovery_codes = [] } = await browser.ask("POST /two-factor/enable", { password });
      const code = timeCodes(totp_uri);
      await browser.ask("POST /two-factor/verify-totp", { code: await code() });
      return { code, recovery_codes };
    };

    it("is asked for after the password, and there is no session before", async () => {
      const { code } = await enable("rosa@example.com");
      const browser = world().newBrowser();
      expect(await browser.ask("POST /sign-in/email", { email: "rosa@example.com", password })).toEqual({ two_factor_required: true });
      expect(await world().accounts.find(browser.cookie())).toBeUndefined();
      await expect(browser.ask("POST /two-factor/verify-totp", { code: "000000" })).rejects.toMatchObject(refused("CODE_NOT_VALID"));
      await browser.ask("POST /two-factor/verify-totp", { code: await code() });
      expect(await world().accounts.find(browser.cookie())).toMatchObject({ email: "rosa@example.com" });
    });

    it("has recovery codes, each for one use", async () => {
      const { recovery_codes } = await enable("sam@example.com");
      expect(new Set(recovery_codes).size).toBe(10);
      const use = async (code: string | undefined) => {
        const browser = world().newBrowser();
        await browser.ask("POST /sign-in/email", { email: "sam@example.com", password });
        await browser.ask("POST /two-factor/verify-backup-code", { code });
        return browser;
      };
      const browser = await use(recovery_codes[0]);
      expect(await world().accounts.find(browser.cookie())).toMatchObject({ email: "sam@example.com" });
      await expect(use(recovery_codes[0])).rejects.toMatchObject(refused("CODE_NOT_VALID"));
    });

    it("cannot be guessed: a sign-in has five codes", async () => {
      const { code } = await enable("tess@example.com");
      const browser = world().newBrowser();
      await browser.ask("POST /sign-in/email", { email: "tess@example.com", password });
      for (let n = 0; n < 6; n++) await browser.ask("POST /two-factor/verify-totp", { code: `00000${n}` }).catch(() => {});
      await expect(browser.ask("POST /two-factor/verify-totp", { code: await code() })).rejects.toMatchObject(refused("CODE_NOT_VALID"));
    });
  });
};

const decodeBase32 = (text: string): Buffer => {
  const bits = [...text.replace(/=+$/, "")].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** An authenticator, by what it was shown. */
export const timeCodes = (totpUri: string) => {
  const secret = decodeBase32(new URL(totpUri).searchParams.get("secret") ?? "");
  return async () => timeCode(secret);
};

/** RFC 6238: six digits for the present half minute. */
const timeCode = (secret: Buffer): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
};
