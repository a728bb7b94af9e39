import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Keywright, quickBcrypt, removeFolder, runCli, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;
let server: Keywright;

beforeAll(async () => {
  folder = await copyTemplate("cli");
  server = await startKeywright({ dataDir: folder, env: quickBcrypt, ...known() });
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const run = (args: string[], input?: string) => runCli(args, { KEYWRIGHT_URL: server.base, KEYWRIGHT_ROOT_KEY: known().rootKey }, input);
const json = async (args: string[], input?: string) => JSON.parse((await run(["--json", ...args], input)).out.text);

it("a key's life at the terminal, with exit codes that a script can rely on", async () => {
  const tenant = await json(["tenants", "create", "--name", "Acme", "--tier", "pro"]);
  const created = await json(["keys", "create", "--tenant", tenant.id, "--name", "Mailer", "--scope", "send_email", "--expires-in", "30d"]);
  expect(created.key).toMatch(/^pm_live_/);

  const accepted = await run(["keys", "verify", "--json", "--scope", "send_email"], created.key);
  expect({ code: accepted.code, verdict: JSON.parse(accepted.out.text).code }).toEqual({ code: 0, verdict: "VALID" });
  const refused = await run(["keys", "verify", "--json", "--scope", "manage_contacts"], created.key);
  expect({ code: refused.code, verdict: JSON.parse(refused.out.text).code }).toEqual({ code: 3, verdict: "INSUFFICIENT_SCOPE" });

  expect((await json(["keys", "list", "--tenant", tenant.id])).data.map((key: { id: string }) => key.id)).toEqual([created.id]);
  const unconfirmed = await run(["keys", "revoke", created.id]);
  expect(unconfirmed.code).not.toBe(0);
  expect(unconfirmed.out.errors).toContain("--yes");
  expect((await json(["keys", "revoke", created.id, "--reason", "leaked", "--yes"])).enforced).toBe(true);
  expect((await run(["keys", "verify"], created.key)).code).toBe(3);
  expect((await json(["audit", "list", "--target", created.id])).data[0]).toMatchObject({ action: "key.revoked", reason: "leaked" });
});

it("a failure is one clear sentence and exit code 1, a mistake in the command line exit code 2", async () => {
  const missing = await run(["keys", "get", `key_${"0".repeat(22)}`]);
  expect(missing.code).toBe(1);
  expect(missing.out.errors.trim().split("\n").length).toBe(1);
  const away = await runCli(["keys", "get", `key_${"0".repeat(22)}`], { KEYWRIGHT_URL: "http://127.0.0.1:1", KEYWRIGHT_ROOT_KEY: known().rootKey });
  expect(away.code).toBe(1);
  expect((await run(["kyes", "list"])).code).toBe(2);
  expect((await run(["--help"])).out.text).toContain("Examples:");
});

it("an operator who has no root key left makes one with the server stopped, and the audit log tells of it", async () => {
  const dataDir = await copyTemplate("recover");
  const { code, out } = await runCli(["recover", "--json"], { KEYWRIGHT_DATA_DIR: dataDir, ...quickBcrypt });
  expect(code).toBe(0);
  const { id, key } = JSON.parse(out.text);
  const again = await startKeywright({ dataDir, rootKey: key, env: quickBcrypt });
  const log = await asOperator(again, key).must(200, { path: `/api/v1/platform/audit-log?target_id=${id}` });
  expect(log.data[0]).toMatchObject({ action: "root_key.created", actor: { type: "system" } });
  await again.stop();
  await removeFolder(dataDir);
});

it("doctor says that all is well, also while the server runs", async () => {
  const { code, out } = await runCli(["doctor", "--json"], { KEYWRIGHT_DATA_DIR: folder, PORT: new URL(server.base).port });
  expect(code).toBe(0);
  expect(JSON.parse(out.text).checks.every((check: { ok: boolean }) => check.ok)).toBe(true);
});
