import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./testing/run-cli.ts";
import { ids, revokedKey, tenant } from "./testing/samples.ts";
import { type StubApi, startStubApi } from "./testing/stub-api.ts";

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
  api.serve({
    [`DELETE /api/v1/platform/api-keys/${ids.key}`]: revokedKey,
    [`DELETE /api/v1/platform/root-keys/${ids.key}`]: revokedKey,
    [`PATCH /api/v1/platform/tenants/${ids.tenant}`]: tenant,
  });
});

afterEach(() => api.close());

const revoke = `keys revoke ${ids.key}`;

describe("a person is asked on standard error before what cannot be taken back", () => {
  it.each(["y\n", "Y\n", "yes\n", " yes \n"])("and %j does it", async (input) => {
    const { code, out, err } = await runCli(revoke, { env: api.env, input, isTty: true });
    expect(err).toBe(`Revoke API key ${ids.key} for ever? [y/N] `);
    expect([code, out.includes("revoked")]).toEqual([0, true]);
    expect(api.requests).toHaveLength(1);
  });

  it.each(["\n", "n\n", "no\n", "yess\n", ""])("and %j leaves everything as it is", async (input) => {
    const { code, out, err } = await runCli(revoke, { env: api.env, input, isTty: true });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/Not confirmed: nothing was changed\.\n$/);
    expect(api.requests).toEqual([]);
  });

  it.each([
    [`root-keys revoke ${ids.key}`, `Revoke root key ${ids.key} for ever? [y/N] `],
    [`tenants suspend ${ids.tenant}`, `Suspend tenant ${ids.tenant} and refuse all its keys? [y/N] `],
  ])("also for %s", async (line, question) => {
    expect(await runCli(line, { env: api.env, input: "y\n", isTty: true })).toMatchObject({ code: 0, err: question });
    expect(api.requests).toHaveLength(1);
  });

  it("--yes does it without asking", async () => {
    expect(await runCli(`${revoke} --yes`, { env: api.env, isTty: true })).toMatchObject({ code: 0, err: "" });
  });
});

describe("a script is not asked: it must say --yes", () => {
  it.each([revoke, `root-keys revoke ${ids.key}`, `tenants suspend ${ids.tenant}`, `keys regenerate ${ids.key} --grace 0`])("%s", async (line) => {
    const { code, err } = await runCli(line, { env: api.env, input: "y\n" });
    expect(code).toBe(2);
    expect(err).toMatch(/needs a confirmation: repeat the command with --yes, or look first with --dry-run\.\n$/);
    expect(api.requests).toEqual([]);
  });

  it("nor is who wants JSON, also at a terminal", async () => {
    const { code, err } = await runCli(`${revoke} --json`, { env: api.env, input: "y\n", isTty: true });
    expect([code, (JSON.parse(err) as { code: string }).code]).toEqual([2, "USAGE"]);
    expect(api.requests).toEqual([]);
  });
});
