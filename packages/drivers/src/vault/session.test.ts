import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { describeWithVault, startVault, type VaultServer } from "../testing/vault-engine.ts";
import { approleAccessors, newAppRole, newToken, setUpVault } from "../testing/vault-setup.ts";
import { createVault, type TokenEvent, type Vault, type VaultConnection } from "./index.ts";

const path = "api_keys/ten_1/key_1";
const data = { sec_1: "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" };
const waiting = { timeout: 20_000, interval: 20 };

const refused = (sentence: string | RegExp) => ({
  name: "Unavailable",
  port: "secret-store",
  cause: { message: typeof sentence === "string" ? sentence : expect.stringMatching(sentence) },
});

await describeWithVault("Vault", () => {
  let server: VaultServer;
  const opened: Vault[] = [];
  beforeAll(async () => {
    server = await startVault();
    await setUpVault(server);
    await server.admin({ method: "POST", path: `secret/data/${path}`, body: { data } });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((vault) => vault.close()));
  });
  afterAll(() => server.stop());

  const open = (auth: VaultConnection["auth"], more: Partial<VaultConnection> = {}) => {
    const events: TokenEvent[] = [];
    const vault = createVault({ address: server.address, auth, deadlineMs: 10_000, onToken: (event) => events.push(event), ...more });
    opened.push(vault);
    const count = (step: TokenEvent["step"], outcome: TokenEvent["outcome"]): number =>
      events.filter((event) => event.step === step && event.outcome === outcome).length;
    return { vault, events, count };
  };
  /** Reads without a pause until the condition holds: none of the reads may fail. */
  const readUntil = async (vault: Vault, isReached: () => boolean): Promise<void> => {
    const endMs = performance.now() + waiting.timeout;
    while (!isReached()) {
      expect(await vault.read(path)).toMatchObject({ data });
      expect(performance.now()).toBeLessThan(endMs);
    }
  };

  describe("a token", () => {
    it("is renewed before it ends, again and again", async () => {
      const { vault, count, events } = open(await newToken(server, { ttl: "2s" }));
      await readUntil(vault, () => count("renewal", "done") >= 3);
      expect(events[0]).toEqual({ step: "login", outcome: "done", ttlMs: expect.closeTo(2_000, -4) });
      expect(count("login", "done")).toBe(1);
    });

    it("that cannot be renewed is refused when it has ended, and is asked about once by all who wait", async () => {
      const { vault, count } = open(await newToken(server, { ttl: "1s", renewable: false }));
      expect(await vault.read(path)).toMatchObject({ data });
      const sentence = /^Vault refuses the token: it has ended, was revoked .*give Keywright a new one\.$/;
      await vi.waitFor(() => expect(vault.read(path)).rejects.toMatchObject(refused(sentence)), waiting);
      const failures = count("login", "failed");
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => vault.read(path)));
      expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
      expect(count("login", "failed") - failures).toBeLessThanOrEqual(1);
    });

    it("that Vault does not know is told from one that has no policy at all", async () => {
      const wrong = open({ token: "s.noSuchTokenAtAll" });
      await expect(wrong.vault.read(path)).rejects.toMatchObject(refused(/^Vault refuses the token: .*; give Keywright a new one\.$/));
      const bare = open(await newToken(server, { policies: ["misspelt"] }));
      await expect(bare.vault.read(path)).rejects.toMatchObject(
        refused(/^Keywright's token may not even look itself up in Vault: give the policy in ops\/vault\/keywright-policy\.hcl /),
      );
    });

    it("with a policy that is too narrow is kept, until the policy is widened", async () => {
      const policy = (text: string) => server.admin({ method: "POST", path: "sys/policies/acl/late", body: { policy: text } });
      const itself = 'path "auth/token/lookup-self" { capabilities = ["read"] }';
      await policy(itself);
      const { vault, count } = open(await newToken(server, { policies: ["late"] }));
      await expect(vault.read(path)).rejects.toMatchObject(
        refused(
          "Vault denies GET secret/data/api_keys/ten_1/key_1: give the policy in ops/vault/keywright-policy.hcl to Keywright's token or role, with the mount's name in it.",
        ),
      );
      await policy(`${itself} path "secret/data/api_keys/*" { capabilities = ["read"] }`);
      expect(await vault.read(path)).toMatchObject({ data });
      await expect(vault.write(path, data, 1)).rejects.toMatchObject(refused(/^Vault denies POST secret\/data\/api_keys\/ten_1\/key_1: give the policy /));
      expect(count("login", "done")).toBe(1);
    });

    it.each(["", "with space", "line\nbreak", "ümlaut"])("is refused as %j before it is sent, without a word of it", async (token) => {
      const { vault } = open({ token });
      await expect(vault.read(path)).rejects.toMatchObject(
        refused("The token for Vault is empty, or has characters that no token has: give it without line breaks."),
      );
    });

    it("given from outside outlives the process", async () => {
      const auth = await newToken(server);
      const { vault } = open(auth);
      await vault.read(path);
      await vault.close();
      await expect(vault.read(path)).rejects.toMatchObject(refused("The connection to Vault is closed."));
      expect(await open(auth).vault.read(path)).toMatchObject({ data });
    });
  });

  describe("an AppRole", () => {
    it("logs in once for all who come first", async () => {
      const { vault, count } = open(await newAppRole(server));
      await Promise.all(Array.from({ length: 100 }, () => vault.read(path)));
      expect(count("login", "done")).toBe(1);
      expect(await approleAccessors(server)).toHaveLength(1);
    });

    it("takes a new token before the old one comes to its longest time, while requests go on", async () => {
      const { vault, count } = open(await newAppRole(server, { ttl: "2s", maxTtl: "4s" }));
      await readUntil(vault, () => count("login", "done") >= 3);
      expect(count("renewal", "done")).toBeGreaterThanOrEqual(1);
      expect(count("login", "failed")).toBe(0);
    });

    it("logs in again when its token was revoked: no call fails", async () => {
      const { vault, count } = open(await newAppRole(server));
      await vault.read(path);
      for (const accessor of await approleAccessors(server)) await server.admin({ method: "POST", path: "auth/token/revoke-accessor", body: { accessor } });
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => vault.read(path)));
      expect(outcomes.every((entry) => entry?.data["sec_1"] === data.sec_1)).toBe(true);
      expect(count("login", "done")).toBe(2);
    });

    it("ends its token when it is closed", async () => {
      const { vault } = open(await newAppRole(server));
      await vault.read(path);
      expect(await approleAccessors(server)).toHaveLength(1);
      await vault.close();
      expect(await approleAccessors(server)).toHaveLength(0);
    });

    it("whose secret id is refused says so, asks once for all who wait, and quotes nothing", async () => {
      const { roleId } = await newAppRole(server);
      const { vault, count } = open({ roleId, secretId: "a-secret-id-of-nobody" });
      const sentence = "Vault refuses the AppRole's role id or secret id at auth/approle: give Keywright a role id and a secret id that are valid.";
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => vault.read(path)));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: refused(sentence) });
      expect(count("login", "failed")).toBe(1);
    });

    it("is tried again some time after a refusal: what was mended is found", async () => {
      const role = await newAppRole(server, { ttl: "30m" });
      await server.admin({ method: "POST", path: "auth/approle/role/keywright_30m_2h", body: { secret_id_bound_cidrs: "10.9.8.7/32" } });
      const { vault } = open(role);
      await expect(vault.read(path)).rejects.toMatchObject(refused(/^Vault refuses the AppRole's/));
      await server.admin({ method: "POST", path: "auth/approle/role/keywright_30m_2h", body: { secret_id_bound_cidrs: "" } });
      await vi.waitFor(async () => expect(await vault.read(path)).toMatchObject({ data }), waiting);
    });
  });

  describe("a namespace", () => {
    it("has an engine, a policy and a role of its own", async () => {
      await server.admin({ method: "POST", path: "sys/namespaces/team" });
      await setUpVault(server, { mount: "keys/of", namespace: "team" });
      const auth = await newAppRole(server, { namespace: "team" });
      const { vault } = open(auth, { namespace: "team", mount: "keys/of/" });
      expect(await vault.read(path)).toBeUndefined();
      expect(await vault.write(path, { sec_1: "of the team" }, 0)).toBe(true);
      expect(await vault.list("api_keys/ten_1")).toEqual(["key_1"]);
      const { data: found } = await server.admin({ method: "GET", path: `keys/of/data/${path}`, namespace: "team" });
      expect(found).toMatchObject({ data: { sec_1: "of the team" } });
    });

    it("that is not there is named as the cause", async () => {
      const { vault } = open(await newToken(server), { namespace: "nowhere" });
      await expect(vault.read(path)).rejects.toMatchObject(refused(/namespace/));
    });
  });
});
