import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, freePort, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { copyTemplate, known } from "./template.ts";
import { openReceiver, type Receiver } from "./webhook-receiver.ts";

const platform = "/api/v1/platform";
const alerts = `${platform}/alerts`;
const movedClock = new URL("./moved-clock.mjs", import.meta.url).href;
const patience = { deadlineMs: 60_000, everyMs: 100 };

let folder: string;
let server: Keywright;
let receiver: Receiver;
let mailbox: Mailbox;
const api = () => asOperator(server, server.rootKey);

const clockFile = () => join(folder, "moved-clock");
const moveTo = (minutes: number) => writeFile(clockFile(), String(minutes * 60_000));

beforeAll(async () => {
  const port = await freePort();
  [folder, receiver, mailbox] = [await copyTemplate("alerts"), await openReceiver(), createMailbox(port)];
  await mailbox.open();
  await moveTo(0);
  const clock = { NODE_OPTIONS: `--import ${movedClock}`, MOVED_CLOCK: clockFile() };
  const env = { ...quickBcrypt, ...clock, SMTP_URL: `smtp://127.0.0.1:${port}`, KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true", KEYWRIGHT_ALERT_SECONDS: "1" };
  server = await startKeywright({ dataDir: folder, env, ...known() });
});

afterAll(async () => {
  await server?.stop();
  receiver?.close();
  await mailbox?.close();
  await removeFolder(folder);
});

/** A tenant with an admin and an owner, and a key that may administer it. */
const settle = async (name: string) => {
  const { id: tenantId } = await api().createTenant();
  for (const role of ["owner", "developer"])
    await api().must(201, {
      method: "POST",
      path: `${platform}/members`,
      body: { tenant_id: tenantId, email: `${role}@${name}.example.com`, name: role, role },
    });
  const { key } = await api().createKey(tenantId, { scopes: ["admin"] });
  return { tenantId, key };
};

const listed = async (tenantId: string, query = "") => (await api().must(200, { path: `${alerts}?tenant_id=${tenantId}&rule=key.refusals${query}` })).data;

/** Of 300 within a minute, or about its turn, there is a minute with enough of them. */
const refuse = async (key: string) => {
  const requests = Array.from({ length: 100 }, () => ({ key, scopes: ["send_email"] }));
  for (let batch = 0; batch < 3; batch++) await api().must(200, { method: "POST", path: "/api/v1/verify/batch", body: { requests } });
};

it("tells of a key that is refused again and again, once, to whom it concerns, and of its end", async () => {
  const [own, stranger] = [await settle("own"), await settle("stranger")];
  await api().must(201, {
    method: "POST",
    path: `${platform}/webhooks`,
    body: { tenant_id: own.tenantId, url: receiver.url("/events"), events: ["alert.started", "alert.ended"] },
  });
  const settings = { thresholds: { refusals: 150 }, quiet_minutes: 1, channels: ["mail", "webhook", "slack"], slack_url: receiver.url("/slack/hidden") };
  const rule = await api().must(200, {
    method: "PATCH",
    path: `${platform}/alert-rules/key.refusals`,
    body: { tenant_id: own.tenantId, ...settings },
  });
  expect(rule).toMatchObject({ thresholds: { refusals: 150 }, slack_host: new URL(receiver.url("/")).host, customized: true });
  expect(JSON.stringify(rule)).not.toContain("hidden");

  // It would tell of the same.
  const off = { method: "PATCH", path: `${platform}/alert-rules/key.error_rate`, key: own.key, body: { enabled: false } };
  expect((await server.call(off)).json).toMatchObject({ tenant_id: own.tenantId, enabled: false });
  const limited = { rate_limit: { limit: 1, window_seconds: 86_400 } };
  const [loud, muted] = [await api().createKey(own.tenantId, limited), await api().createKey(own.tenantId, limited)];
  const mute = { method: "POST", path: `${platform}/alert-mutes`, key: own.key, body: { subject_id: muted.id, reason: "known" } };
  const { id: muteId } = await api().must(201, mute);
  for (const { key } of [loud, muted]) await refuse(key);
  await moveTo(3);

  const started = await until("both alerts", async () => ((await listed(own.tenantId)).length === 2 ? listed(own.tenantId) : undefined), patience);
  const alert = started.find(({ subject }: { subject: { id: string } }) => subject.id === loud.id);
  expect(alert).toMatchObject({ state: "open", severity: "medium", threshold: 150, muted: false, detail: "RATE_LIMITED" });
  expect(started.find(({ subject }: { subject: { id: string } }) => subject.id === muted.id)).toMatchObject({ state: "open", muted: true });
  await until("the event", async () => receiver.at("/events").find(({ event }) => event.type === "alert.started"), patience);
  await until("the text for Slack", async () => receiver.at("/slack/hidden")[0], patience);
  expect(receiver.at("/slack/hidden")[0]?.event.text).toContain(`key.refusals of key ${loud.id}`);
  const mail = await until("the mail", async () => mailbox.mails[0], patience);
  expect(mail.to).toBe("owner@own.example.com");
  expect(mail.whole).toContain(`Alert: key.refusals of ${loud.id}`);

  const path = `${alerts}/${alert.id}`;
  for (const [method, at] of [
    ["GET", path],
    ["POST", `${path}/acknowledge`],
    ["DELETE", `${platform}/alert-mutes/${muteId}`],
  ] as const)
    expect([at, (await server.call({ method, path: at, key: stranger.key })).status]).toEqual([at, 404]);
  expect((await server.call({ path: alerts, key: stranger.key })).json.data).toEqual([]);
  expect((await server.call({ method: "POST", path: `${path}/acknowledge`, key: own.key })).json).toMatchObject({ state: "acknowledged" });

  await moveTo(6);
  await until("the end", async () => ((await listed(own.tenantId, "&state=ended")).length === 2 ? true : undefined), patience);
  await until("its event", async () => receiver.at("/events").find(({ event }) => event.type === "alert.ended"), patience);
  expect(receiver.at("/events").map(({ event }) => [event.type, event.data.id])).toEqual([
    ["alert.started", alert.id],
    ["alert.ended", alert.id],
  ]);
  // Somebody sees to it: people are told no more.
  expect(receiver.at("/slack/hidden")).toHaveLength(1);
  expect(mailbox.mails).toHaveLength(1);
  expect(server.out.errors + server.out.text).not.toContain("hidden");
}, 120_000);
