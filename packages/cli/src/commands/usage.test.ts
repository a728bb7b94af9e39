import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids, usage } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const platform = "/api/v1/platform";

let api: StubApi;
beforeEach(async () => {
  api = await startStubApi();
});
afterEach(() => api.close());

const cli = (line: string): Promise<CliResult> => runCli(line, { env: api.env });

describe("usage show", () => {
  it("shows requests, refusals, responses, steps, endpoints and groups", async () => {
    const latency = { mean: 13.5, p50: 10, p90: 25, p99: 50 };
    const responses = { requests: 9, statuses: { "2xx": 8, "5xx": 1 }, latency_ms: latency };
    const groups = [{ key_id: ids.key, requests: 12, errors: 3 }];
    api.serve({ [`GET ${platform}/usage`]: { ...usage, responses, groups, next_cursor: null } });
    const { code, out } = await cli(`usage show --tenant ${ids.tenant} --group-by key`);
    expect(code).toBe(0);
    for (const text of [
      "2030-01-24T00:00:00Z to 2030-02-01T00:00:00Z",
      "RATE_LIMITED 3",
      "2xx 8, 5xx 1; half within 10 ms, 99 % within 50 ms",
      "2030-01-01T10:00:00Z from 203.0.113.7",
      "/v1/emails",
    ])
      expect(out).toContain(text);
    expect(out).toMatch(new RegExp(`KEY_ID +REQUESTS +REFUSED\\n${ids.key} +12 +3`));
    expect(out).toMatch(/DAY +REQUESTS +REFUSED\n2030-01-31T00:00:00Z +12 +3/);
    expect(api.asked()).toEqual([[`GET ${platform}/usage?tenant_id=${ids.tenant}&group_by=key`]]);
  });

  it("asks for all that it is told, with times from how long ago they were", async () => {
    api.serve({ [`GET ${platform}/usage`]: usage });
    const filters = `--key ${ids.key} --endpoint /v1/emails --code VALID --from 24h --to 1h --granularity hour --group-by endpoint,code`;
    const { out } = await cli(`usage show ${filters} --json`);
    expect(JSON.parse(out)).toEqual(usage);
    const [asked] = api.asked();
    const query = new URL(String(asked?.[0].slice("GET ".length)), "http://keywright").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      key_id: ids.key,
      endpoint: "/v1/emails",
      code: "VALID",
      from: "2030-01-30T12:00:00.000Z",
      to: "2030-01-31T11:00:00.000Z",
      granularity: "hour",
      group_by: "endpoint,code",
    });
  });

  it("says that there was nothing, rather than show empty tables", async () => {
    const nothing = { ...usage, requests: 0, errors: {}, endpoints: [], series: [], last_used_at: null, last_used_ip: null };
    api.serve({ [`GET ${platform}/usage`]: nothing });
    const { out } = await cli("usage show");
    expect(out).toMatch(/Requests +0\nRefused +none\nLast used +never\n$/);
  });

  it.each([
    ["--code FINE", "VALID"],
    ["--granularity minute", "hour"],
    ["--from yesterday", "--from"],
  ])("refuses %s before anything is asked", async (words, named) => {
    const { code, out, err } = await cli(`usage show ${words}`);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(named);
    expect(api.asked()).toEqual([]);
  });
});

describe("usage export", () => {
  it("writes what comes as it comes, CSV unless JSON is asked for", async () => {
    const exported = { data: [{ start: "2030-01-31T00:00:00.000Z", requests: 12, errors: 3 }] };
    api.serve({ [`GET ${platform}/usage/export`]: exported });
    expect((await cli("usage export --from 90d --group-by key,code")).out).toBe(JSON.stringify(exported));
    expect((await cli("usage export --json")).out).toBe(JSON.stringify(exported));
    expect(api.asked()).toEqual([
      [`GET ${platform}/usage/export?from=2029-11-02T12%3A00%3A00.000Z&group_by=key%2Ccode&format=csv`],
      [`GET ${platform}/usage/export?format=json`],
    ]);
  });

  it("tells what the server refuses, and writes nothing", async () => {
    const problem = {
      title: "Too many requests",
      detail: "At most 4 exports of one tenant, or of one root key, run at once.",
      code: "RATE_LIMITED",
      status: 429,
    };
    api.serve({ [`GET ${platform}/usage/export`]: [429, { ...problem, request_id: "req_1" }] });
    const { code, out, err } = await cli("usage export");
    expect([code === 0, out]).toEqual([false, ""]);
    expect(err).toContain("At most 4 exports");
  });
});
