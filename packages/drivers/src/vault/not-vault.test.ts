import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "./index.ts";

/** Why a read was refused: the sentence for the operator. */
const why = async (address: string): Promise<unknown> => {
  const vault = createVault({ address, auth: { token: "s.token" } });
  const reason = await vault.read("api_keys/ten_1/key_1").then(
    (entry) => entry,
    (error: { readonly cause: { readonly message: string } }) => error.cause.message,
  );
  await vault.close();
  return reason;
};

describe("what is no Vault", () => {
  const auth = { token: "s.token" };
  const servers: Server[] = [];
  const answering = async (status: number, text: string): Promise<string> => {
    const server = createServer((_, response) => void response.writeHead(status).end(text)).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    const at = server.address();
    return `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  it.each(["", "vault", "redis://127.0.0.1", "http://user:hunter2@127.0.0.1", "https://vault.example.com/?token=x"])("has the address %j", (address) => {
    expect(() => createVault({ address, auth })).toThrow(
      "The address of Vault is one such as https://vault.example.com:8200, without a user, a password or a query.",
    );
  });

  it.each(["", "/", "a//b", "/a", "a b", "../sys", "a/..", "a?b", "a%2fb"])("has the mount %j", (mount) => {
    expect(() => createVault({ address: "http://127.0.0.1:8200", auth: { roleId: "r", secretId: "s", mount } })).toThrow("A mount of Vault is a path such as");
    expect(() => createVault({ address: "http://127.0.0.1:8200", auth, mount })).toThrow("A mount of Vault is a path such as secret, or team/secret.");
  });

  it.each([
    [404, "<html>"],
    [404, ""],
    [404, "{}"],
    [404, '{"errors":["no handler"]}'],
    [200, "hello"],
    [200, "[]"],
    [502, "Bad gateway"],
  ])("answers %i %j, which is never taken for an entry that is missing", async (status, text) => {
    expect(await why(await answering(status, text))).toMatch(/^What answered at Vault's address|^Vault has |^The engine at /);
  });

  it("is nowhere", async () => {
    expect(await why("http://host.invalid")).toBe("The name of Vault's host cannot be resolved.");
    expect(await why("http://127.0.0.1:1")).toBe("Nothing listens at Vault's address.");
  });
});
