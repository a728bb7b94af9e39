import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Alert, AlertMute, AlertRule } from "@keywright/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const platform = "/api/v1/platform";
const alertId = `alr_${"0".repeat(21)}6`;
const muteId = `mut_${"0".repeat(21)}7`;
const time = "2030-01-01T10:00:00.123Z";

const alert: Alert = {
  id: alertId,
  tenant_id: ids.tenant,
  rule: "key.refusals",
  severity: "medium",
  state: "open",
  subject: { type: "key", id: ids.key },
  value: 1_200,
  threshold: 500,
  detail: "RATE_LIMITED",
  muted: false,
  started_at: time,
  last_seen_at: time,
  ended_at: null,
  acknowledged_at: null,
  acknowledged_by: null,
};
const rule: AlertRule = {
  rule: "key.refusals",
  tenant_id: null,
  doc: "When.",
  advice: "What.",
  severity: "medium",
  subjects: ["key"],
  enabled: true,
  thresholds: { refusals: 500 },
  limits: { refusals: { unit: "requests", default: 500, min: 100, max: 1_000, doc: "" } },
  quiet_minutes: 5,
  cool_down_minutes: 30,
  channels: ["mail", "webhook"],
  slack_host: null,
  muted_until: null,
  customized: false,
};
const mute: AlertMute = { id: muteId, tenant_id: null, subject_id: ids.key, rule: null, until: null, reason: "known", created_at: time };

let api: StubApi;
let folder: string;

beforeEach(async () => {
  api = await startStubApi();
  folder = await mkdtemp(join(tmpdir(), "keywright-cli-alerts-"));
});

afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const cli = (line: string | readonly string[]): Promise<CliResult> => runCli(line, { env: api.env });

describe("alerts", () => {
  it("are listed, shown and acknowledged", async () => {
    const seenTo: Alert = { ...alert, state: "acknowledged", acknowledged_at: time, acknowledged_by: { type: "member", id: ids.member } };
    api.serve({
      [`GET ${platform}/alerts`]: { data: [alert], next_cursor: null },
      [`GET ${platform}/alerts/${alertId}`]: alert,
      [`POST ${platform}/alerts/${alertId}/acknowledge`]: seenTo,
    });
    expect((await cli(`alerts list --tenant ${ids.tenant} --state open --rule key.refusals`)).out).toContain("key.refusals");
    expect((await cli(`alerts get ${alertId}`)).out).toMatch(/^Value +1200, from 500$/m);
    expect((await cli(`alerts acknowledge ${alertId}`)).out).toMatch(/^State +acknowledged$/m);
    expect((await cli("alerts list --rule key.flies")).code).toBe(2);
    expect(api.asked()).toEqual([
      [`GET ${platform}/alerts?tenant_id=${ids.tenant}&state=open&rule=key.refusals`],
      [`GET ${platform}/alerts/${alertId}`],
      [`POST ${platform}/alerts/${alertId}/acknowledge`],
    ]);
  });

  it("have rules, of which what was said alone is changed; an address for Slack comes from a file", async () => {
    const path = `${platform}/alert-rules/key.refusals`;
    api.serve({ [`GET ${platform}/alert-rules`]: { data: [rule] }, [`PATCH ${path}`]: { ...rule, slack_host: "hooks.slack.example.com" } });
    expect((await cli("alerts rules")).out).toMatch(/key\.refusals +on +refusals=500 requests +5 min +30 min +mail, webhook/);
    const file = join(folder, "slack");
    await writeFile(file, "https://hooks.slack.example.com/T/B/hidden\n");
    const set = await cli(["alerts", "set", "key.refusals", "--threshold", "refusals=200", "--channel", "mail,slack", "--slack-url-file", file]);
    expect([set.code, set.out]).toEqual([0, expect.stringMatching(/^Slack at +hooks\.slack\.example\.com$/m)]);
    expect(set.out + set.err).not.toContain("hidden");
    await cli(["alerts", "set", "key.refusals", "--no-enabled", "--slack-url-file", "none", "--mute-until", "none", "--channel", "none"]);
    for (const line of ["alerts set key.flies --enabled", "alerts set key.refusals --threshold many", "alerts set key.refusals --channel pigeon"])
      expect((await cli(line)).code).toBe(2);
    expect(api.asked()).toEqual([
      [`GET ${platform}/alert-rules`],
      [`PATCH ${path}`, { thresholds: { refusals: 200 }, channels: ["mail", "slack"], slack_url: "https://hooks.slack.example.com/T/B/hidden" }],
      [`PATCH ${path}`, { enabled: false, channels: [], slack_url: null, muted_until: null }],
    ]);
  });

  it("are muted, listed as such, and unmuted", async () => {
    api.serve({
      [`POST ${platform}/alert-mutes`]: [201, mute],
      [`GET ${platform}/alert-mutes`]: { data: [mute], next_cursor: null },
      [`DELETE ${platform}/alert-mutes/${muteId}`]: { id: muteId, status: "deleted" },
    });
    expect((await cli(["alerts", "mute", ids.key, "--reason", "known", "--until", "2030-01-31"])).out).toContain(muteId);
    expect((await cli("alerts mutes")).out).toContain("known");
    expect((await cli(`alerts unmute ${muteId}`)).out).toMatch(/^Status +deleted$/m);
    expect(api.asked()).toEqual([
      [`POST ${platform}/alert-mutes`, { subject_id: ids.key, until: "2030-01-31T00:00:00.000Z", reason: "known" }],
      [`GET ${platform}/alert-mutes`],
      [`DELETE ${platform}/alert-mutes/${muteId}`],
    ]);
  });
});
