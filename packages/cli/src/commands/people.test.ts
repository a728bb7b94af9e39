import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids, invitation, member, team } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const platform = "/api/v1/platform";
const teams = `${platform}/teams`;
const invitations = `${platform}/invitations`;

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
});

afterEach(() => api.close());

const cli = (line: string | readonly string[]): Promise<CliResult> => runCli(line, { env: api.env });

describe("teams", () => {
  it("create sends what was said", async () => {
    api.serve({ [`POST ${teams}`]: [201, team] });
    const { code, out } = await cli(`teams create --tenant ${ids.tenant} --name Mailing --idempotency-key once`);
    expect([code, api.requests[0]?.headers["idempotency-key"]]).toEqual([0, "once"]);
    expect(api.asked()).toEqual([[`POST ${teams}`, { tenant_id: ids.tenant, name: "Mailing" }]]);
    expect(out).toMatch(/^Name +Mailing$/m);
  });

  it("list shows a line each", async () => {
    api.serve({ [`GET ${teams}`]: { data: [team], next_cursor: null } });
    const { out } = await cli(`teams list --tenant ${ids.tenant} --limit 5`);
    expect(api.asked()).toEqual([[`GET ${teams}?tenant_id=${ids.tenant}&limit=5`]]);
    expect(out).toContain(`${ids.team}  Mailing  ${ids.tenant}  2030-01-01T10:00:00Z`);
  });

  it("rename changes the name alone", async () => {
    api.serve({ [`PATCH ${teams}/${ids.team}`]: team });
    expect((await cli(["teams", "rename", ids.team, "--name", "Mailing & events"])).code).toBe(0);
    expect(api.asked()).toEqual([[`PATCH ${teams}/${ids.team}`, { name: "Mailing & events" }]]);
  });

  it("delete must be confirmed, and --dry-run only looks", async () => {
    api.serve({ [`GET ${teams}/${ids.team}`]: team, [`DELETE ${teams}/${ids.team}`]: { id: ids.team, status: "deleted" } });
    expect((await cli(`teams delete ${ids.team}`)).code).toBe(2);
    expect((await cli(`teams delete ${ids.team} --dry-run`)).out).toBe(
      `Would delete team ${ids.team} ("Mailing"), if it has no live keys.\nNothing was changed.\n`,
    );
    expect(api.asked()).toEqual([[`GET ${teams}/${ids.team}`]]);
    expect((await cli(`teams delete ${ids.team} --yes`)).out).toMatch(/^Status +deleted$/m);
    expect(api.asked()).toEqual([[`DELETE ${teams}/${ids.team}`]]);
  });

  it("members, add and remove are about who is in it", async () => {
    const place = { team_id: ids.team, member_id: ids.member };
    api.serve({
      [`GET ${teams}/${ids.team}/members`]: { data: [member], next_cursor: null },
      [`POST ${teams}/${ids.team}/members`]: { ...place, status: "added" },
      [`DELETE ${teams}/${ids.team}/members/${ids.member}`]: { ...place, status: "removed" },
    });
    expect((await cli(`teams members ${ids.team}`)).out).toContain(`${ids.member}  Ada   ada@example.com`);
    expect((await cli(`teams add ${ids.team} ${ids.member}`)).out).toMatch(/^Status +added$/m);
    expect((await cli(`teams remove ${ids.team} ${ids.member}`)).out).toMatch(/^Status +removed$/m);
    expect(api.asked()).toEqual([
      [`GET ${teams}/${ids.team}/members`],
      [`POST ${teams}/${ids.team}/members`, { member_id: ids.member }],
      [`DELETE ${teams}/${ids.team}/members/${ids.member}`],
    ]);
  });
});

describe("invitations", () => {
  it("create sends what was said", async () => {
    api.serve({ [`POST ${invitations}`]: [201, invitation] });
    const { out } = await cli(`invitations create --tenant ${ids.tenant} --email grace@example.com --role admin --team ${ids.team}`);
    expect(api.asked()).toEqual([[`POST ${invitations}`, { tenant_id: ids.tenant, email: "grace@example.com", role: "admin", team_ids: [ids.team] }]]);
    expect(out).toMatch(/^Status +pending$/m);
  });

  it("create refuses a role that there is not, and asks nobody", async () => {
    expect((await cli("invitations create --email grace@example.com --role boss")).code).toBe(2);
    expect(api.asked()).toEqual([]);
  });

  it("list shows a line each", async () => {
    api.serve({ [`GET ${invitations}`]: { data: [invitation], next_cursor: null } });
    const { out } = await cli(`invitations list --tenant ${ids.tenant}`);
    expect(out).toContain(`${ids.invitation}  grace@example.com  admin  pending  2030-01-08T10:00:00Z`);
  });

  it("resend sends it again; one too many says when to come back", async () => {
    api.serve({ [`POST ${invitations}/${ids.invitation}/resend`]: invitation });
    expect((await cli(`invitations resend ${ids.invitation}`)).code).toBe(0);
    const problem = { title: "Too many attempts", detail: "This address has been sent several.", code: "TOO_MANY_ATTEMPTS", request_id: "req_1" };
    api.serve({ [`POST ${invitations}/${ids.invitation}/resend`]: [429, problem] });
    const { code, err } = await cli(`invitations resend ${ids.invitation}`);
    expect([code, err]).toEqual([1, expect.stringContaining("This address has been sent several.")]);
  });

  it("withdraw must be confirmed", async () => {
    api.serve({ [`DELETE ${invitations}/${ids.invitation}`]: { ...invitation, status: "withdrawn" } });
    expect((await cli(`invitations withdraw ${ids.invitation}`)).code).toBe(2);
    expect(api.asked()).toEqual([]);
    expect((await cli(`invitations withdraw ${ids.invitation} --yes`)).out).toMatch(/^Status +withdrawn$/m);
  });
});
