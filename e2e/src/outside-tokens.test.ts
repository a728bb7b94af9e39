import { expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";
import { newSigningKey, startTokenProvider } from "./token-provider.ts";

const audience = "https://keys.example.com";

it("users of an OpenID provider manage by its tokens, as members of their own tenant, through a rotation of its keys and its end", async () => {
  const users: Record<string, Record<string, unknown>> = { ada: {}, bob: {}, eve: {}, stray: {} };
  const [first, second] = await Promise.all([newSigningKey("first"), newSigningKey("second")]);
  let provider = await startTokenProvider({ keys: [first], users });
  const { issuer } = provider;
  const dataDir = await copyTemplate("outside-tokens");
  const env = {
    ...quickBcrypt,
    KEYWRIGHT_JWT_JWKS_URL: `${issuer}/jwks`,
    KEYWRIGHT_JWT_ISSUER: issuer,
    KEYWRIGHT_JWT_AUDIENCE: audience,
    KEYWRIGHT_JWT_ROLE_CLAIM: "roles",
    KEYWRIGHT_JWT_ROLES: "platform-admin=admin,staff=viewer",
  };
  const server = await startKeywright({ dataDir, env, ...known() });
  const api = asOperator(server, server.rootKey);
  const [one, two] = [await api.createTenant(), await api.createTenant()];
  users["ada"] = { tenant_id: one.id, email: "ada@example.com", name: "Ada", roles: ["staff", "platform-admin"] };
  users["bob"] = { tenant_id: two.id, email: "bob@example.com", name: "Bob", roles: ["staff"] };
  users["eve"] = { tenant_id: one.id, email: "eve@example.com", name: "Eve", roles: ["cleaner"] };
  users["stray"] = { tenant_id: "ten_0000000000000000000001", email: "s@example.com", roles: ["staff"] };

  const call = async (key: string, path: string, more: { method?: "POST"; body?: object } = {}) => {
    const { status, json } = await server.call({ key, path: `/api/v1/platform${path}`, ...more });
    return { status, json };
  };
  const [ada, bob] = [await provider.tokenFor("ada", audience), await provider.tokenFor("bob", audience)];

  // Each is a member of their own tenant, made on their first call; the other tenant is not there for them.
  expect((await call(ada, "/members")).json.data).toMatchObject([{ email: "ada@example.com", name: "Ada", role: "admin", tenant_id: one.id }]);
  expect((await call(bob, "/members")).json.data).toMatchObject([{ email: "bob@example.com", role: "viewer", tenant_id: two.id }]);
  for (const path of [`/members?tenant_id=${two.id}`, `/api-keys?tenant_id=${two.id}`, `/audit-log?tenant_id=${two.id}`]) {
    expect([path, (await call(ada, path)).status]).toEqual([path, 404]);
  }
  expect(await call(bob, "/audit-log")).toMatchObject({ status: 403, json: { code: "PERMISSION_DENIED" } });
  const { data } = (await call(ada, "/audit-log")).json;
  expect(data.map(({ action }: { action: string }) => action)).toContain("member.created");

  // What a token lacks, its bearer lacks.
  expect(await call(await provider.tokenFor("eve", audience), "/members")).toMatchObject({ status: 403, json: { code: "PERMISSION_DENIED" } });
  expect(await call(await provider.tokenFor("stray", audience), "/members")).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
  expect(await call(await provider.tokenFor("ada", "https://other.example.com"), "/members")).toMatchObject({ status: 401 });
  expect((await server.call({ key: ada, method: "POST", path: "/api/v1/verify", body: { key: server.rootKey } })).status).toBe(401);

  // The provider signs with another key, under the same address, and no process is told.
  await provider.close();
  provider = await startTokenProvider({ keys: [second, first], users, port: Number(new URL(issuer).port) });
  users["ada"] = { ...users["ada"], roles: ["staff"] };
  const renewed = await provider.tokenFor("ada", audience);
  expect(JSON.parse(Buffer.from(renewed.split(".")[0] ?? "", "base64url").toString())).toMatchObject({ alg: "ES256", kid: "second" });
  await until("the new key is known", async () => ((await call(renewed, "/members")).status === 200 ? true : undefined));
  expect((await call(renewed, "/members")).json.data).toMatchObject([{ email: "ada@example.com", role: "viewer" }]);

  // Without the provider, known keys go on.
  await provider.close();
  expect((await call(renewed, "/members")).status).toBe(200);
  expect((await call(bob, "/members")).status).toBe(200);
  await server.stop();
  for (const token of [ada, bob, renewed]) expect(server.out.text + server.out.errors).not.toContain(token.split(".")[2]);
  await removeFolder(dataDir);
});
