import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithPostgres } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterSettings, until } from "./cluster.ts";
import { asOperator, freePort, type Keywright, removeFolder, runCli, startKeywright } from "./keywright-process.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

const movedClock = new URL("./moved-clock.mjs", import.meta.url).href;
const dayMs = 86_400_000;
const hostile = '<img src=x onerror="alert(1)">';
const policy = { reminders: { check_every_seconds: 1 }, default_grace_seconds: 0 };
const patience = { deadlineMs: 60_000, everyMs: 50 };

await describeWithPostgres("reminders, of two processes whose clock is moved,", (postgres) => {
  let database: string;
  let settings: Awaited<ReturnType<typeof clusterSettings>>;
  let env: Record<string, string>;
  let servers: Keywright[];
  let rootKey: string;
  let mailbox: Mailbox;
  const keys: Record<"ada" | "ending" | "left" | "leftEnding", { readonly id: string; readonly key: string; readonly hint: string }> = Object.create(null);

  const clock = (name: string) => join(settings.dataDir, name);
  const move = (days: number, name = "clock") => writeFile(clock(name), String(Math.round(days * dayMs)));
  const at = (index: number): Keywright => servers[index] as Keywright;
  const api = () => asOperator(at(0), rootKey);
  const start = (from: object = {}) => startKeywright({ dataDir: settings.dataDir, env, ...from });
  const rows = (text: string) => postgres().query(database, text);
  const mailsTo = (person: string) => mailbox.mails.filter(({ to }) => to === person);
  /** Whatever was due is behind the servers, twice over: both have looked since, and found nothing. */
  const settled = async (): Promise<void> => {
    await rows(`update reminder_looks set next_look_ms = 0 where next_look_ms is not null`);
    await until(
      "a look at all keys",
      async () => {
        const [found] = await rows("select count(*)::int as waiting from reminder_looks where next_look_ms = 0");
        return found?.["waiting"] === 0 ? true : undefined;
      },
      patience,
    );
    await until(
      "no digest under way",
      async () => {
        const [found] = await rows("select count(*)::int as waiting from reminder_digests where state = 'open' and attempts > 0");
        return found?.["waiting"] === 0 ? true : undefined;
      },
      patience,
    );
  };

  beforeAll(async () => {
    database = await postgres().newDatabase();
    settings = await clusterSettings({ databaseUrl: database, policy });
    await Promise.all([move(0), move(90.5, "other-clock")]);
    const port = await freePort();
    mailbox = createMailbox(port);
    env = {
      ...settings.env,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      KEYWRIGHT_PUBLIC_URL: "https://keys.example.com",
      NODE_OPTIONS: `--import ${movedClock}`,
      MOVED_CLOCK: clock("clock"),
    };
    const first = await start();
    rootKey = first.rootKey ?? "";
    servers = [first, await start({ rootKey })];
    const { id: tenant_id } = await api().createTenant();
    const join = (email: string, role: string) =>
      api().must(201, { method: "POST", path: "/api/v1/platform/members", body: { tenant_id, email, name: email, role } });
    const [ada] = [await join("Ada@example.com", "developer"), await join("boss@example.com", "owner")];
    keys.ada = await api().createKey(tenant_id, { name: hostile, owner_id: ada.id, expires_in_days: 365 });
    keys.ending = await api().createKey(tenant_id, { name: "ending", owner_id: ada.id, expires_in_days: 104 });
    keys.left = await api().createKey(tenant_id, { name: "left", expires_in_days: 365 });
    keys.leftEnding = await api().createKey(tenant_id, { name: "left and ending", expires_in_days: 104 });
  });

  afterAll(async () => {
    await Promise.all((servers ?? []).map((server) => server.stop()));
    await mailbox?.close();
    await removeFolder(settings.dataDir);
  });

  it("are told to an operator who asks, and nothing is sent", async () => {
    const { code, out } = await runCli(["reminders", "--dry-run", "--json"], {
      ...env,
      MOVED_CLOCK: clock("other-clock"),
      KEYWRIGHT_DATA_DIR: settings.dataDir,
    });
    expect(code).toBe(0);
    const told = JSON.parse(out.text).data.map(({ key_id, kind, days, persons }: Record<string, unknown>) => [key_id, kind, days, persons]);
    const expected = [
      [keys.ada.id, "rotate", 0, ["ada@example.com"]],
      [keys.ending.id, "expiry", 14, ["ada@example.com"]],
      [keys.ending.id, "rotate", 0, ["ada@example.com"]],
      [keys.left.id, "rotate", 0, ["boss@example.com"]],
      [keys.leftEnding.id, "expiry", 14, ["boss@example.com"]],
      [keys.leftEnding.id, "rotate", 0, ["boss@example.com"]],
    ];
    expect(told).toHaveLength(expected.length);
    expect(told).toEqual(expect.arrayContaining(expected));
    expect(await rows("select * from reminders")).toEqual([]);
  });

  it("wait for a mailer that is away, come once when it is back, in one digest a person, and not again after a restart", async () => {
    await move(90.1);
    await until(
      "the mailer was tried in vain",
      async () => {
        const [found] = await rows("select count(*)::int as tried from reminder_digests where state = 'open' and attempts = 1");
        return found?.["tried"] === 2 ? true : undefined;
      },
      patience,
    );
    await at(1).kill();
    await mailbox.open();
    await move(90.12);
    await until("both mails", async () => (mailbox.mails.length >= 2 ? true : undefined), patience);
    // The one that is new looks at everything again.
    servers[1] = await start({ rootKey });
    await settled();
    expect(mailbox.mails.map(({ to }) => to).sort()).toEqual(["ada@example.com", "boss@example.com"]);
    const [mail] = mailsTo("ada@example.com");
    expect(mail?.header("Subject")).toBe("Your API keys: 3 reminders");
    expect(mail?.header("Message-ID")).toMatch(/^<dig_[0-9A-Za-z]{22}@keys\.example\.com>$/);
    expect(mail?.whole).toContain(`https://keys.example.com/dashboard/settings/developers/api-keys/${keys.ada.id}?tenant=ten_`);
    expect(mail?.whole).toContain("&lt;img src=x onerror=&quot;");
    for (const { key, id } of Object.values(keys))
      expect([mail?.whole.includes(key), mail?.whole.includes(id)]).toEqual([false, id === keys.ada.id || id === keys.ending.id]);
  });

  it("do not come again when the clock goes back", async () => {
    await move(84);
    await settled();
    expect(mailbox.mails).toHaveLength(2);
  });

  it("end for who leaves by the mail's link, and go on for the others", async () => {
    const [mail] = mailsTo("ada@example.com");
    expect(mail?.header("List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    const link = /^<https:\/\/keys\.example\.com(\S+)>$/.exec(mail?.header("List-Unsubscribe") ?? "")?.[1] ?? "";
    const page = await at(0).call({ path: link });
    expect([page.status, page.text.includes("ada@example.com"), page.text.includes('<form method="post">')]).toEqual([200, true, true]);
    expect(await rows("select * from reminder_choices")).toEqual([]);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const left = await at(1).call({ method: "POST", path: link, headers: form, body: "List-Unsubscribe=One-Click" });
    expect([left.status, left.text.includes("no more reminders")]).toEqual([200, true]);
    expect((await at(0).call({ method: "POST", path: "/reminders/leave?token=1.AAAA", headers: form, body: "" })).status).toBe(400);
    await move(97.1);
    await until("the week before the end", async () => (mailsTo("boss@example.com").length === 2 ? true : undefined), patience);
    await settled();
    expect(mailsTo("boss@example.com")[1]?.header("Subject")).toBe("Your API keys: a reminder");
    expect(mailsTo("ada@example.com")).toHaveLength(1);
    const log = servers.map(({ out }) => out.errors).join();
    for (const text of [link.split("token=")[1] ?? "-", keys.ada.key]) expect(log).not.toContain(text);
  });
});
