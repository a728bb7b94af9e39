import { expect, it } from "vitest";
import { asOperator, type Call, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

interface Made {
  readonly id: string;
  readonly key: string;
}

/** Creates keys without pause until the server is gone; every answer that arrived is kept. */
const storm = async (server: Keywright, create: Call, made: Made[]): Promise<void> => {
  for (;;) {
    const reply = await server.call(create).catch(() => undefined);
    if (reply === undefined) return;
    if (reply.status === 201) made.push(reply.json);
  }
};

const listAll = async (server: Keywright, rootKey: string | undefined, tenantId: string): Promise<string[]> => {
  const api = asOperator(server, rootKey);
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: Made[]; next_cursor: string | null } = await api.must(200, {
      path: `/api/v1/platform/api-keys?tenant_id=${tenantId}&limit=100${cursor === null ? "" : `&cursor=${cursor}`}`,
    });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
};

const clients = 6;

it("kill -9 in a storm of creations, ten times: every key whose 201 was received verifies, and no other key does", async () => {
  const dataDir = await copyTemplate("crash");
  const env = { KEYWRIGHT_LOG_LEVEL: "error", ...quickBcrypt };
  let server = await startKeywright({ dataDir, env, ...known() });
  const { rootKey } = server;
  const tenant = await asOperator(server, rootKey).createTenant();
  const body = { tenant_id: tenant.id, name: "storm", scopes: ["send_email"] };
  const create = { method: "POST", path: "/api/v1/platform/api-keys", key: rootKey, body };
  const made: Made[] = [];
  for (let round = 0; round < 10; round++) {
    const before = made.length;
    const storms = Array.from({ length: clients }, () => storm(server, create, made));
    // The blow falls at another point of the storm in each round.
    while (made.length < before + 1 + (round % 4)) await server.call({ path: "/healthz" });
    await server.kill();
    await Promise.all(storms);
    server = await startKeywright({ dataDir, env, ...known() });
  }
  const api = asOperator(server, rootKey);
  for (const { key, id } of made) expect(await api.verify(key)).toMatchObject({ valid: true, key_id: id });
  // A key whose answer was lost may have been committed: then its row is there and whole. Its plaintext is with nobody.
  const ids = await listAll(server, rootKey, tenant.id);
  expect(ids).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
  expect(ids.length).toBeLessThanOrEqual(made.length + 10 * clients);
  expect(made.length).toBeGreaterThanOrEqual(20);
  await server.stop();
  await removeFolder(dataDir);
}, 600_000);
