import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../node/clock.ts";
import { newCertificates } from "../testing/certificates.ts";
import { describeWithVault, startVault, type VaultServer } from "../testing/vault-engine.ts";
import { approleAccessors, newAppRole, newToken, setUpVault } from "../testing/vault-setup.ts";
import { checkVault, type VaultConnection, type VaultReport } from "./index.ts";

await describeWithVault("Vault", () => {
  let server: VaultServer;
  beforeAll(async () => {
    server = await startVault();
    await setUpVault(server);
  });
  afterAll(() => server.stop());

  const check = (connection: Partial<VaultConnection> & Pick<VaultConnection, "auth">, skewMs = 0) =>
    checkVault({ connection: { address: server.address, deadlineMs: 1_500, ...connection }, clock: { nowMs: () => systemClock.nowMs() - skewMs } });
  const report = async (...args: Parameters<typeof check>): Promise<VaultReport> => {
    const checked = await check(...args);
    if (!checked.reachable) throw new Error(checked.problem.text);
    return checked.server;
  };
  const why = async (connection: Parameters<typeof check>[0]): Promise<string> => {
    const checked = await check(connection);
    return checked.reachable ? "reachable" : checked.problem.text;
  };
  const policyHint = "give the policy in ops/vault/keywright-policy.hcl to Keywright's token or role, with the mount's name in it.";

  describe("the check", () => {
    it("tells version, state, latency, clock and the token's time, has nothing to say against a good one, and leaves no token behind", async () => {
      const found = await report({ auth: await newAppRole(server) });
      expect(found).toMatchObject({ state: "active", tokenTtlMs: 3_600_000, problems: [] });
      expect(found.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(found.latencyMs).toBeGreaterThan(0);
      expect(Math.abs(found.clockSkewMs)).toBeLessThanOrEqual(1_000);
      expect(await approleAccessors(server)).toEqual([]);
    });

    it("finds a clock that is off and tokens that will fail or may too much", async () => {
      const skewed = await report({ auth: await newToken(server) }, 60_000);
      expect(skewed.problems).toEqual([{ severity: "warning", text: expect.stringMatching(/^Vault's clock is (?:59|60|61)000 ms ahead of this machine's: /) }]);
      const ending = await report({ auth: await newToken(server, { ttl: "10m", renewable: false }) });
      expect(ending.tokenTtlMs).toBeGreaterThan(590_000);
      expect(ending.problems).toEqual([
        { severity: "warning", text: expect.stringMatching(/^Keywright's token ends in (?:600|599) s, and cannot be renewed: give it a periodic token, or /) },
      ]);
      const root = await report({ auth: { token: server.rootToken } });
      expect(root).toMatchObject({
        tokenTtlMs: null,
        problems: [
          { severity: "warning", text: "Keywright's token may do everything in Vault: give it one with the policy in ops/vault/keywright-policy.hcl alone." },
        ],
      });
    });

    it("finds what the token lacks", async () => {
      const bare = await report({ auth: await newToken(server, { policies: ["misspelt"] }) });
      expect(bare.problems).toEqual([{ severity: "error", text: `Keywright's token may not even look itself up in Vault: ${policyHint}` }]);
      const policy = `
        path "secret/data/api_keys/*" { capabilities = ["read", "create"] }
        path "secret/data/keywright/*" { capabilities = ["create", "read", "update"] }
        path "secret/metadata/*" { capabilities = ["list"] }
        path "auth/token/*" { capabilities = ["read", "update"] }
        path "sys/capabilities-self" { capabilities = ["update"] }`;
      await server.admin({ method: "POST", path: "sys/policies/acl/narrow", body: { policy } });
      const narrow = await report({ auth: await newToken(server, { policies: ["narrow"] }) });
      const lacking = "update at secret/data/api_keys/*; delete at secret/metadata/api_keys/*; delete at secret/metadata/keywright/webhooks/*";
      const text = `Keywright's token lacks permissions in Vault (${lacking}): ${policyHint}`;
      expect(narrow.problems).toEqual([{ severity: "error", text }]);
    });

    it("finds an engine that is missing or of version 1", async () => {
      await server.admin({ method: "POST", path: "sys/mounts/old", body: { type: "kv", options: { version: "1" } } });
      const enable = "enable an engine of KV version 2, and name its mount and namespace.";
      const token = { token: server.rootToken };
      const errors = async (mount: string) =>
        (await report({ auth: token, mount })).problems.filter(({ severity }) => severity === "error").map(({ text }) => text);
      expect(await errors("old")).toEqual([`The engine at old/ of Vault is not KV version 2: ${enable}`]);
      expect(await errors("missing")).toEqual([`Vault has no engine at missing/: ${enable}`]);
      expect(await errors("secret/below")).toEqual([`Vault has no engine at secret/below/: ${enable}`]);
      expect(await errors("sys")).toEqual([`The engine at sys/ of Vault is not KV version 2: ${enable}`]);
      const other = await report({ auth: await newToken(server), mount: "missing" });
      expect(other.problems).toEqual([
        {
          severity: "error",
          text: expect.stringMatching(/^Keywright's token lacks permissions in Vault \(create, read, update at missing\/data\/api_keys\/\*; /),
        },
      ]);
    });

    it("finds credentials that Vault refuses", async () => {
      const { roleId } = await newAppRole(server);
      const refused = async (auth: VaultConnection["auth"], namespace?: string) => {
        const { problems, tokenTtlMs } = await report({ auth, namespace });
        expect(tokenTtlMs).toBeNull();
        expect(problems.map(({ severity }) => severity)).toEqual(["error"]);
        return problems[0]?.text;
      };
      expect(await refused({ token: "s.wrong" })).toMatch(/^Vault refuses the token: /);
      expect(await refused({ roleId, secretId: "hunter2" })).toMatch(/^Vault refuses the AppRole's role id or secret id at auth\/approle: /);
      expect(await refused({ roleId, secretId: "hunter2", mount: "nowhere" })).toMatch(/auth\/nowhere/);
      expect(await refused(await newToken(server), "nowhere")).toMatch(/namespace/);
    });

    it("tells a server that is sealed, not yet initialised or a standby", async () => {
      const auth = await newToken(server);
      const standby = await startVault({ join: server });
      const found = await report({ auth: { token: server.rootToken }, address: standby.address });
      expect(found.state).toBe("standby");
      expect(found.problems[0]).toEqual({
        severity: "warning",
        text: expect.stringMatching(/^Vault's address leads to a standby, .*: let the address lead to the active server, /),
      });
      await standby.kill();
      await standby.start();
      const sealed = await report({ auth, address: standby.address });
      expect(sealed).toMatchObject({ state: "sealed", tokenTtlMs: null, problems: [{ severity: "error", text: "Vault is sealed: unseal it." }] });
      await standby.stop();
      const empty = await startVault({ isUninitialised: true });
      const uninitialised = await report({ auth, address: empty.address });
      expect(uninitialised).toMatchObject({
        state: "not initialised",
        tokenTtlMs: null,
        problems: [{ severity: "error", text: "Vault is not initialised: initialise and unseal it." }],
      });
      await empty.stop();
    });
  });

  describe("why no Vault is reached", () => {
    it("is one sentence", async () => {
      const auth = { token: "s.token" };
      expect(await why({ auth, address: "http://127.0.0.1:1" })).toBe("Nothing listens at Vault's address.");
      expect(await why({ auth, address: "http://host.invalid:8200" })).toBe("The name of Vault's host cannot be resolved.");
      expect(await why({ auth, address: "127.0.0.1:8200" })).toMatch(/^The address of Vault is one such as /);
      expect(await why({ auth, address: server.address.replace("http:", "https:") })).toBe("Vault's address begins with https, but no TLS is spoken there.");
      expect(await why({ auth, mount: "a b" })).toMatch(/^A mount of Vault is a path /);
    });

    it("is its certificate, or its silence", async () => {
      const folder = await mkdtemp(join(tmpdir(), "keywright-certificates-"));
      const tls = await newCertificates(folder);
      const secure = await startVault({ tls });
      const auth = { token: secure.rootToken };
      expect(await why({ auth, address: secure.address })).toMatch(/^Vault's certificate is not signed by an authority that is trusted here: /);
      expect(await why({ auth, address: secure.address, caFile: tls.caFile })).toBe("reachable");
      secure.pause();
      expect(await why({ auth, address: secure.address, caFile: tls.caFile, deadlineMs: 300 })).toBe("Vault did not answer within 300 ms.");
      await secure.stop();
      await rm(folder, { recursive: true });
    });
  });
});
