import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const path = "/api/v1/platform/requests";
const requestId = `req_${"0".repeat(26)}`;
const logged = {
  id: requestId,
  tenant_id: ids.tenant,
  key_id: ids.key,
  at: "2030-01-31T10:00:00.123Z",
  endpoint: "POST /v1/emails",
  code: "INSUFFICIENT_SCOPE",
  ip: "203.0.113.7",
  user_agent: "curl/8",
};
const page = (data: readonly object[], cursor: string | null = null) => ({ data, next_cursor: cursor, kept: data.length, skipped: 0 });

let api: StubApi;
beforeEach(async () => {
  api = await startStubApi();
});
afterEach(() => api.close());

const cli = (line: string): Promise<CliResult> => runCli(line, { env: api.env });

describe("requests list", () => {
  it("shows a line each, newest first as the server answers them", async () => {
    const unknown = { ...logged, id: `req_${"1".repeat(26)}`, key_id: null, ip: null, code: "MALFORMED" };
    api.serve({ [`GET ${path}`]: page([logged, unknown]) });
    const { code, out } = await cli("requests list");
    expect(code).toBe(0);
    const [, first, second] = out.split("\n");
    expect(first).toMatch(new RegExp(`^2030-01-31T10:00:00Z +INSUFFICIENT_SCOPE +POST /v1/emails +${ids.key} +203\\.0\\.113\\.7 +${requestId}`));
    expect(second).toMatch(/MALFORMED +POST \/v1\/emails +none +none /);
  });

  it("asks for all that it is told", async () => {
    api.serve({ [`GET ${path}`]: page([]) });
    const filters = `--tenant ${ids.tenant} --key ${ids.key} --refused --endpoint /a --ip 203.0.113.7 --search curl --from 1h --to 30m`;
    expect((await cli(`requests list ${filters}`)).out).toBe("No requests.\n");
    const [asked] = api.asked();
    const query = new URL(String(asked?.[0].slice("GET ".length)), "http://keywright").searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      tenant_id: ids.tenant,
      key_id: ids.key,
      refused: "true",
      endpoint: "/a",
      ip: "203.0.113.7",
      q: "curl",
      from: "2030-01-31T11:00:00.000Z",
      to: "2030-01-31T11:30:00.000Z",
    });
  });

  it("says how to go on, and reads all pages where it is asked to", async () => {
    api.serve({ [`GET ${path}`]: page([logged], "next") });
    expect((await cli("requests list")).err).toContain("--cursor next");
    api.serve({ [`GET ${path}`]: page([logged], "next"), [`GET ${path}?limit=100&cursor=next`]: page([{ ...logged, id: `req_${"2".repeat(26)}` }]) });
    const { out } = await cli("requests list --all --json");
    expect(JSON.parse(out).data.map(({ id }: { id: string }) => id)).toEqual([requestId, `req_${"2".repeat(26)}`]);
  });
});

describe("requests explain", () => {
  const traced = {
    ...logged,
    reason: "The key lacks a scope.",
    trace: [
      { check: "format", result: "passed", figures: {} },
      { check: "scopes", result: "refused", figures: { needed: "manage_contacts", missing: "manage_contacts" } },
      { check: "quota", result: "not_reached", figures: { key_limit: null } },
    ],
  };

  it("says why, check by check, with the figures", async () => {
    api.serve({ [`GET ${path}/${requestId}`]: traced });
    const { code, out } = await cli(`requests explain ${requestId}`);
    expect(code).toBe(0);
    for (const line of [
      /Verdict +INSUFFICIENT_SCOPE/,
      /Reason +The key lacks a scope\./,
      /format +passed/,
      /scopes +refused +needed manage_contacts, missing manage_contacts/,
      /quota +not reached +key_limit none/,
    ])
      expect(out).toMatch(line);
    expect(JSON.parse((await cli(`requests explain ${requestId} --json`)).out)).toEqual(traced);
  });

  it("tells what is not there, and wants to know of which", async () => {
    const { code, out, err } = await cli(`requests explain ${requestId}`);
    expect([code === 0, out]).toEqual([false, ""]);
    expect(err).toContain("Nothing with this id is visible.");
    expect((await cli("requests explain")).code).toBe(2);
  });
});
