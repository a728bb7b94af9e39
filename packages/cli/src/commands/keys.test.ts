import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { apiKey, createdKey, ids, keyText, regeneratedKey, revokedKey, usage } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const keys = "/api/v1/platform/api-keys";
const one = `${keys}/${ids.key}`;

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
});

afterEach(() => api.close());

const cli = (line: string | readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<CliResult> => runCli(line, { ...options, env: api.env });

describe("keys create", () => {
  beforeEach(() => api.serve({ [`POST ${keys}`]: [201, createdKey] }));

  it("sends every field that was said", async () => {
    const { code } = await cli([
      ...["keys", "create", "--tenant", ids.tenant, "--name", "Night mailer", "--scope", "send_email", "--scope", "read_analytics,manage_contacts"],
      ...["--environment", "test", "--owner", ids.member, "--rate-limit", "100/60s", "--quota", "5000", "--ip", "203.0.113.0/24,2001:db8::/32"],
      ...["--metadata", "team=core", "--metadata", "seats:=5", "--expires-in", "90d", "--idempotency-key", "once"],
    ]);
    expect(code).toBe(0);
    expect(api.asked()).toEqual([
      [
        `POST ${keys}`,
        {
          tenant_id: ids.tenant,
          name: "Night mailer",
          scopes: ["send_email", "read_analytics", "manage_contacts"],
          environment: "test",
          owner_id: ids.member,
          rate_limit: { limit: 100, window_seconds: 60 },
          monthly_quota: 5000,
          ip_allowlist: ["203.0.113.0/24", "2001:db8::/32"],
          metadata: { team: "core", seats: 5 },
          expires_in_days: 90,
        },
      ],
    ]);
    expect(api.requests[0]?.headers["idempotency-key"]).toBe("once");
  });

  it("sends nothing that was not said", async () => {
    await cli("keys create --name x --scope y");
    expect(api.asked()).toEqual([[`POST ${keys}`, { name: "x", scopes: ["y"] }]]);
    expect(api.requests[0]?.headers).not.toHaveProperty("idempotency-key");
  });

  it.each([
    ["--expires-in never", { expires_in_days: null }],
    ["--expires-in 12h", { expires_at: "2030-02-01T00:00:00.000Z" }],
    ["--expires-at 2030-05-01", { expires_at: "2030-05-01T00:00:00.000Z" }],
  ])("says its end as the API does: %s", async (option, fields) => {
    await cli(`keys create --name x --scope y ${option}`);
    expect(api.asked()).toEqual([[`POST ${keys}`, { name: "x", scopes: ["y"], ...fields }]]);
  });

  it("puts the key on standard output, and beside it on standard error that it is shown once", async () => {
    const { out, err } = await cli("keys create --name x --scope y");
    expect(out.split("\n")[0]).toMatch(new RegExp(`^Key +${keyText}$`));
    expect(out).toMatch(/^Previous secret +pm_live_…JJJJ until 2030-02-01T10:00:00Z$/m);
    expect(err).toBe("The key is shown once: store it now. Keywright keeps only its hash and cannot show it again.\n");
    expect(err).not.toContain(keyText);
  });

  it("with --json puts the API's answer on standard output, and nothing on standard error", async () => {
    const { out, err } = await cli("keys create --name x --scope y --json");
    expect([JSON.parse(out), err]).toEqual([createdKey, ""]);
  });
});

describe("keys list", () => {
  const page = { data: [apiKey, { ...apiKey, name: "Old", status: "revoked" }], next_cursor: "c2" };

  it("asks with its filters and shows a line each, and how to go on", async () => {
    api.serve({ [`GET ${keys}`]: page });
    const { code, out, err } = await cli(
      `keys list --tenant ${ids.tenant} --status active --environment live --scope send_email --owner ${ids.member} -q mail --limit 2 --cursor c1`,
    );
    expect(code).toBe(0);
    expect(api.asked()).toEqual([
      [`GET ${keys}?tenant_id=${ids.tenant}&status=active&environment=live&scope=send_email&owner_id=${ids.member}&q=mail&limit=2&cursor=c1`],
    ]);
    expect(out.split("\n")).toEqual([
      expect.stringMatching(/^ID +NAME +HINT +STATUS +SCOPES +TENANT +EXPIRES +LAST USED$/),
      expect.stringContaining(`${ids.key}  Mailer  pm_live_…KKKK  active   send_email, read_analytics  ${ids.tenant}  2030-04-01T10:00:00Z  never`),
      expect.stringContaining("Old     pm_live_…KKKK  revoked"),
      "",
    ]);
    expect(err).toBe("There are more: add --cursor c2 for the next page, or --all for every one.\n");
  });

  it("with --all reads page after page, as one", async () => {
    api.serve({ [`GET ${keys}?limit=100`]: page, [`GET ${keys}?limit=100&cursor=c2`]: { data: [apiKey], next_cursor: null } });
    const { out, err } = await cli("keys list --all --json");
    expect(JSON.parse(out)).toEqual({ data: [...page.data, apiKey], next_cursor: null });
    expect(err).toBe("");
  });

  it("with --all stops at a list without an end", async () => {
    api.serve({ [`GET ${keys}`]: { data: [], next_cursor: "again" } });
    const { code, err } = await cli("keys list --all");
    expect([code, api.requests.length]).toEqual([1, 1_000]);
    expect(err).toMatch(/more than 1000 pages: narrow the list/);
  });

  it("says when there is none", async () => {
    api.serve({ [`GET ${keys}`]: { data: [], next_cursor: null } });
    expect(await cli("keys list")).toEqual({ code: 0, out: "No API keys.\n", err: "" });
  });
});

it("keys get shows everything about a key", async () => {
  api.serve({
    [`GET ${one}`]: {
      ...apiKey,
      last_used_at: "2030-01-02T00:00:00Z",
      last_used_ip: "203.0.113.7",
      name: "a\u001b[2Jb",
      revoked_at: "2030-01-03T00:00:00Z",
      revoked_reason: "leaked",
    },
  });
  const { out } = await cli(`keys get ${ids.key}`);
  for (const line of [
    /^ID +key_0+1$/m,
    /^Name +a\\u\{1b\}\[2Jb$/m,
    /^Owner +member mem_0+3$/m,
    /^Addresses +203\.0\.113\.0\/24$/m,
    /^Rate limit +100\/1m$/m,
    /^Monthly quota +5000$/m,
    /^Metadata +\{"team":"core"\}$/m,
    /^Changed +2030-01-01T10:00:00Z \(revision 7\)$/m,
    /^Last used +2030-01-02T00:00:00Z from 203\.0\.113\.7$/m,
    /^Revoked +2030-01-03T00:00:00Z: leaked$/m,
  ]) {
    expect(out).toMatch(line);
  }
});

describe("keys update", () => {
  beforeEach(() => api.serve({ [`PATCH ${one}`]: apiKey }));

  it.each([
    ["--name Post --scope a,b --rate-limit 5/s --quota 9", { name: "Post", scopes: ["a", "b"], rate_limit: { limit: 5, window_seconds: 1 }, monthly_quota: 9 }],
    ["--enable", { enabled: true }],
    ["--disable", { enabled: false }],
    ["--ip none --rate-limit none --quota none --metadata none", { ip_allowlist: [], rate_limit: null, monthly_quota: null, metadata: {} }],
    ["--expires-in never", { expires_in_days: null }],
  ])("changes what is said, and nothing else: %s", async (options, body) => {
    expect((await cli(`keys update ${ids.key} ${options}`)).code).toBe(0);
    expect(api.asked()).toEqual([[`PATCH ${one}`, body]]);
  });

  it("with --if-revision changes only the state that was seen", async () => {
    await cli(`keys update ${ids.key} --disable --if-revision 7`);
    expect(api.requests[0]?.headers["if-match"]).toBe('"7"');
  });
});

describe("keys regenerate", () => {
  beforeEach(() => api.serve({ [`POST ${one}/regenerate`]: regeneratedKey, [`GET ${one}`]: apiKey }));

  it.each([
    ["", {}],
    ["--grace 24h", { grace_seconds: 86_400 }],
    ["--grace 15m", { grace_seconds: 900 }],
    ["--grace 0 --yes", { grace_seconds: 0 }],
  ])("makes a new secret; the old one lives as long as is said: %j", async (options, body) => {
    const { code, out, err } = await cli(`keys regenerate ${ids.key} ${options}`);
    expect(code).toBe(0);
    expect(api.asked()).toEqual([[`POST ${one}/regenerate`, body]]);
    expect(out).toContain(keyText);
    expect(err).toMatch(/shown once: store it now.*The one before it works until 2030-02-01T12:00:00Z\.\n$/);
  });

  it("without grace it is final, and so must be confirmed", async () => {
    const { code, err } = await cli(`keys regenerate ${ids.key} --grace 0`);
    expect([code, api.requests]).toEqual([2, []]);
    expect(err).toBe(
      `keywright: To regenerate API key ${ids.key} and end its present secret at once needs a confirmation: repeat the command with --yes, or look first with --dry-run.\n`,
    );
  });

  it.each([
    ["--grace 0", "the present one would stop at once", { grace_seconds: 0 }],
    ["--grace 15m", "the present one would go on working for 15m", { grace_seconds: 900 }],
    ["", "the present one would go on working for the server's grace period", {}],
  ])("--dry-run %s only looks", async (options, words, request) => {
    const text = await cli(`keys regenerate ${ids.key} --dry-run ${options}`);
    expect(text.out).toBe(`Would make a new secret for API key ${ids.key} ("Mailer", pm_live_…KKKK); ${words}.\nNothing was changed.\n`);
    const json = await cli(`keys regenerate ${ids.key} --dry-run --json ${options}`);
    expect(JSON.parse(json.out)).toEqual({ dry_run: true, action: "regenerate-key", target: apiKey, request });
    expect(api.asked()).toEqual([[`GET ${one}`], [`GET ${one}`]]);
  });
});

describe("keys revoke", () => {
  beforeEach(() => api.serve({ [`DELETE ${one}`]: revokedKey, [`GET ${one}`]: apiKey }));

  it("revokes with its reason and says whether it is enforced", async () => {
    const { code, out } = await cli(["keys", "revoke", ids.key, "--yes", "--reason", "it leaked"]);
    expect(code).toBe(0);
    expect(api.asked()).toEqual([[`DELETE ${one}`, { reason: "it leaked" }]]);
    expect(out).toMatch(/^Enforced +yes: no process accepts it any more$/m);
    api.serve({ [`DELETE ${one}`]: [202, { ...revokedKey, enforced: false }] });
    expect((await cli(`keys revoke ${ids.key} --yes`)).out).toMatch(/^Enforced +not yet/m);
  });

  it("--dry-run only looks, also with --yes beside it", async () => {
    const { out } = await cli(`keys revoke ${ids.key} --dry-run --yes`);
    expect(out).toBe(`Would revoke API key ${ids.key} ("Mailer", pm_live_…KKKK) of ${ids.tenant} for ever.\nNothing was changed.\n`);
    api.serve({ [`GET ${one}`]: { ...apiKey, status: "revoked" } });
    expect((await cli(`keys revoke ${ids.key} --dry-run`)).out).toMatch(/is revoked already\.\nNothing was changed\.\n$/);
    expect(api.asked()).toEqual([[`GET ${one}`], [`GET ${one}`]]);
  });
});

it("keys usage asks for a range and shows it", async () => {
  api.serve({ [`GET ${one}/usage`]: usage });
  const { out } = await cli(`keys usage ${ids.key} --from 7d --to 2030-01-31T11:00:00Z --granularity day`);
  expect(api.asked()).toEqual([[`GET ${one}/usage?from=2030-01-24T12%3A00%3A00.000Z&to=2030-01-31T11%3A00%3A00.000Z&granularity=day`]]);
  expect(out).toBe(
    [
      "Range      2030-01-24T00:00:00Z to 2030-02-01T00:00:00Z",
      "Requests   12",
      "Refused    RATE_LIMITED 3",
      "Last used  2030-01-01T10:00:00Z from 203.0.113.7",
      "",
      "DAY                   REQUESTS  REFUSED",
      "2030-01-31T00:00:00Z  12        3",
      "",
      "ENDPOINT    REQUESTS",
      "/v1/emails  12",
      "",
    ].join("\n"),
  );
});
