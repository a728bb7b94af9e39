import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { auditEntry, ids, keyText, member, revokedKey, rootKeyEntry, tenant } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const platform = "/api/v1/platform";
const tenants = `${platform}/tenants`;
const rootKeys = `${platform}/root-keys`;

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
});

afterEach(() => api.close());

const cli = (line: string | readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<CliResult> => runCli(line, { ...options, env: api.env });

describe("tenants", () => {
  it("create sends what was said", async () => {
    api.serve({ [`POST ${tenants}`]: [201, tenant] });
    const { code, out } = await cli(["tenants", "create", "--name", "Acme & Co", "--tier", "pro", "--rate-limit", "500/60s", "--idempotency-key", "once"]);
    expect(code).toBe(0);
    expect(api.asked()).toEqual([[`POST ${tenants}`, { name: "Acme & Co", tier: "pro", rate_limit: { limit: 500, window_seconds: 60 } }]]);
    expect(api.requests[0]?.headers["idempotency-key"]).toBe("once");
    expect(out).toMatch(/^Rate limit +300\/1m \(the tier's\)$/m);
  });

  it("list filters and shows a line each", async () => {
    api.serve({ [`GET ${tenants}`]: { data: [tenant], next_cursor: null } });
    const { out, err } = await cli("tenants list --status active -q Ac --limit 5");
    expect(api.asked()).toEqual([[`GET ${tenants}?status=active&q=Ac&limit=5`]]);
    expect(out).toMatch(new RegExp(`^${ids.tenant}  Acme  pro   active  300/1m      2030-01-01T10:00:00Z$`, "m"));
    expect(err).toBe("");
  });

  it("get shows one", async () => {
    api.serve({ [`GET ${tenants}/${ids.tenant}`]: tenant });
    expect((await cli(`tenants get ${ids.tenant}`)).out).toMatch(/^Name +Acme$/m);
  });

  it.each([
    ["update --tier enterprise --name Acme2", { name: "Acme2", tier: "enterprise" }],
    ["update --rate-limit none", { rate_limit: null }],
    ["suspend --yes", { status: "suspended" }],
    ["activate", { status: "active" }],
  ])("%s changes that alone", async (words, body) => {
    api.serve({ [`PATCH ${tenants}/${ids.tenant}`]: tenant });
    expect((await cli(`tenants ${words} ${ids.tenant}`)).code).toBe(0);
    expect(api.asked()).toEqual([[`PATCH ${tenants}/${ids.tenant}`, body]]);
  });

  it("suspend --dry-run only looks", async () => {
    api.serve({ [`GET ${tenants}/${ids.tenant}`]: tenant });
    const { out } = await cli(`tenants suspend ${ids.tenant} --dry-run`);
    expect(out).toBe(`Would suspend tenant ${ids.tenant} ("Acme"): all its keys would be refused until it is active again.\nNothing was changed.\n`);
    expect(api.asked()).toEqual([[`GET ${tenants}/${ids.tenant}`]]);
  });
});

describe("members", () => {
  it("create sends what was said", async () => {
    api.serve({ [`POST ${platform}/members`]: [201, member] });
    const { code, out } = await cli(`members create --tenant ${ids.tenant} --email ada@example.com --name Ada --role developer`);
    expect(code).toBe(0);
    expect(api.asked()).toEqual([[`POST ${platform}/members`, { tenant_id: ids.tenant, email: "ada@example.com", name: "Ada", role: "developer" }]]);
    expect(out).toMatch(/^E-mail +ada@example\.com$/m);
  });

  it("list shows a line each", async () => {
    api.serve({ [`GET ${platform}/members`]: { data: [member], next_cursor: null } });
    const { out } = await cli(`members list --tenant ${ids.tenant}`);
    expect(api.asked()).toEqual([[`GET ${platform}/members?tenant_id=${ids.tenant}`]]);
    expect(out).toContain(`${ids.member}  Ada   ada@example.com  developer  ${ids.tenant}  2030-01-01T10:00:00Z`);
  });
});

describe("root keys", () => {
  it("create shows the key once", async () => {
    api.serve({ [`POST ${rootKeys}`]: [201, { ...rootKeyEntry, key: keyText }] });
    const { out, err } = await cli("root-keys create --name Gateway --permission verify,keys:read --permission usage:read");
    expect(api.asked()).toEqual([[`POST ${rootKeys}`, { name: "Gateway", permissions: ["verify", "keys:read", "usage:read"] }]]);
    expect(out.split("\n")[0]).toMatch(new RegExp(`^Root key +${keyText}$`));
    expect(err).toBe("The root key is shown once: store it now. Keywright keeps only its hash and cannot show it again.\n");
  });

  it("list shows a line each", async () => {
    api.serve({ [`GET ${rootKeys}`]: { data: [rootKeyEntry], next_cursor: null } });
    expect((await cli("root-keys list")).out).toContain(`${ids.key}  Gateway  pm_root_…GGGG  active  verify       2030-01-01T10:00:00Z  never`);
  });

  it("revoke must be confirmed, and sends its reason", async () => {
    api.serve({ [`DELETE ${rootKeys}/${ids.key}`]: revokedKey });
    expect((await cli(`root-keys revoke ${ids.key} --reason left`)).code).toBe(2);
    expect(api.asked()).toEqual([]);
    expect((await cli(`root-keys revoke ${ids.key} --reason left --yes`)).code).toBe(0);
    expect(api.asked()).toEqual([[`DELETE ${rootKeys}/${ids.key}`, { reason: "left" }]]);
  });

  it("revoke --dry-run finds it on whichever page, or says that there is none", async () => {
    api.serve({
      [`GET ${rootKeys}?limit=100`]: { data: [{ ...rootKeyEntry, id: "other" }], next_cursor: "c2" },
      [`GET ${rootKeys}?limit=100&cursor=c2`]: { data: [rootKeyEntry], next_cursor: null },
    });
    expect((await cli(`root-keys revoke ${ids.key} --dry-run`)).out).toBe(
      `Would revoke root key ${ids.key} ("Gateway", pm_root_…GGGG) for ever.\nNothing was changed.\n`,
    );
    const { code, err } = await cli("root-keys revoke key_x --dry-run");
    expect([code, err]).toEqual([1, "keywright: There is no root key key_x: `keywright root-keys list` shows those that there are.\n"]);
  });
});

it("audit list filters and shows a line each", async () => {
  api.serve({ [`GET ${platform}/audit-log`]: { data: [auditEntry], next_cursor: null } });
  const { out } = await cli(`audit list --tenant ${ids.tenant} --actor a --target ${ids.key} --action key.revoked --from 24h --to 2030-01-31`);
  expect(api.asked()).toEqual([
    [
      `GET ${platform}/audit-log?tenant_id=${ids.tenant}&actor_id=a&target_id=${ids.key}&action=key.revoked&from=2030-01-30T12%3A00%3A00.000Z&to=2030-01-31T00%3A00%3A00.000Z`,
    ],
  ]);
  expect(out).toContain(`2030-01-01T10:00:00Z  key.revoked  ${ids.key}  ${ids.key}  203.0.113.7  leaked`);
});

it.each(["members list", "root-keys list", "audit list", "tenants list"])("%s says when there is none", async (line) => {
  const empty = { data: [], next_cursor: null };
  api.serve({ [`GET ${tenants}`]: empty, [`GET ${rootKeys}`]: empty, [`GET ${platform}/members`]: empty, [`GET ${platform}/audit-log`]: empty });
  expect((await cli(line)).out).toMatch(/^No [a-z ]+\.\n$/);
});
