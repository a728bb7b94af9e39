import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { Unavailable } from "@keywright/core";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { createSmtpMailer, type SmtpMailer } from "./smtp-mailer.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** An SMTP server of its own, and what it was given. */
const startServer = async (accept: (user: string, password: string) => boolean = () => true) => {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) => (accept(username ?? "", password ?? "") ? done(null, { user: "known" }) : done(new Error("no"))),
    onData: (stream, { envelope }, done) => {
      text(stream).then((body) => {
        received.push({ from: envelope.mailFrom === false ? "" : envelope.mailFrom.address, to: envelope.rcptTo.map(({ address }) => address), text: body });
        done();
      }, done);
    },
  });
  server.on("error", () => {});
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  opened.push(() => server.close());
  return { received, port: (listening.address() as AddressInfo).port };
};

const mailTo = (url: string, options: Partial<Parameters<typeof createSmtpMailer>[0]> = {}): SmtpMailer => {
  const mailer = createSmtpMailer({ url, from: "Keywright <keys@example.com>", ...options });
  opened.push(() => mailer.close());
  return mailer;
};

const mail = { to: "ada@example.com", subject: "Grüße", text: "Open https://keys.example.com/x#token=abc", html: "<p>Open it</p>" };

describe("mail by SMTP", () => {
  it("arrives as it was sent, to the one address", async () => {
    const { received, port } = await startServer((user, password) => user === "keywright" && password === "s3cret/");
    const mailer = mailTo(`smtp://keywright:s3cret%2F@127.0.0.1:${port}`);
    await Promise.all([mailer.send(mail), mailer.send({ ...mail, to: "bob@example.com" })]);
    expect(received.map(({ from, to }) => [from, to])).toEqual(
      expect.arrayContaining([
        ["keys@example.com", ["ada@example.com"]],
        ["keys@example.com", ["bob@example.com"]],
      ]),
    );
    expect(received[0]?.text).toContain("https://keys.example.com/x#token=abc");
    expect(received[0]?.text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(received[0]?.text).toContain("<p>Open it</p>");
  });

  it("has the id that it was given, and says how its reader leaves the list", async () => {
    const { received, port } = await startServer();
    const mailer = mailTo(`smtp://127.0.0.1:${port}`);
    const unsubscribeUrl = `https://keys.example.com/reminders/leave?token=1.${"aB-_".repeat(40)}`;
    await mailer.send({ ...mail, messageId: "dig_1@keys.example.com", unsubscribeUrl });
    await mailer.send(mail);
    const [given = "", plain = ""] = received.map((one) => one.text.replace(/\r\n[ \t]+/g, " "));
    expect(given).toMatch(/^Message-ID: <dig_1@keys\.example\.com>\r$/m);
    expect(given).toContain(`List-Unsubscribe: <${unsubscribeUrl}>\r\n`);
    expect(given).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    expect(plain).not.toMatch(/^List-Unsubscribe/m);
  });

  it("makes no second recipient and no header of what an address or a subject holds", async () => {
    const { received, port } = await startServer();
    const mailer = mailTo(`smtp://127.0.0.1:${port}`);
    await mailer.send({ ...mail, to: "ada@example.com\r\nBcc: eve@example.com", subject: "Hello\r\nBcc: eve@example.com" }).catch(() => {});
    await mailer.send({ ...mail, to: "ada@example.com, eve@example.com" }).catch(() => {});
    expect(received.flatMap(({ to }) => to).filter((address) => address === "eve@example.com")).toEqual([]);
    expect(received.filter((one) => /^bcc:/im.test(one.text))).toEqual([]);
  });

  it("says that the mailer is away where nobody listens, the password is wrong, or the server is silent", async () => {
    const { port } = await startServer(() => false);
    const silent: Server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    opened.push(() => silent.close());
    const silentPort = (silent.address() as AddressInfo).port;
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const closedPort = (closed.address() as AddressInfo).port;
    closed.close();
    await once(closed, "close");
    for (const url of [`smtp://a:b@127.0.0.1:${port}`, `smtp://127.0.0.1:${silentPort}`, `smtp://127.0.0.1:${closedPort}`]) {
      const failure: unknown = await mailTo(url, { deadlineMs: 300 })
        .send(mail)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Unavailable);
      expect(failure).toMatchObject({ port: "mailer" });
      expect(JSON.stringify([failure, String((failure as Error).cause)])).not.toContain("token=abc");
    }
  });

  it("refuses more mails than it may keep waiting", async () => {
    const silent: Server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    opened.push(() => silent.close());
    const mailer = mailTo(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, { deadlineMs: 300, maxWaiting: 2 });
    const outcomes = await Promise.allSettled([mailer.send(mail), mailer.send(mail), mailer.send(mail)]);
    const causes = outcomes.map((outcome) => (outcome.status === "rejected" ? String((outcome.reason as Error).cause) : "sent"));
    expect(causes[2]).toContain("Too many mails wait");
    expect(causes.slice(0, 2).join()).not.toContain("Too many");
  });
});
