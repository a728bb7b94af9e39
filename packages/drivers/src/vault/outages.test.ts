import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newCertificates } from "../testing/certificates.ts";
import { describeWithVault, startVault, type VaultServer } from "../testing/vault-engine.ts";
import { newAppRole, newToken, setUpVault } from "../testing/vault-setup.ts";
import { createVault, type Vault, type VaultConnection } from "./index.ts";

const path = "api_keys/ten_1/key_1";
const data = { sec_1: "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" };
const waiting = { timeout: 20_000, interval: 20 };

const opened: Vault[] = [];
const open = (connection: VaultConnection): Vault => {
  const vault = createVault(connection);
  opened.push(vault);
  return vault;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((vault) => vault.close()));
});

const refused = (sentence: string | RegExp) => ({
  name: "Unavailable",
  port: "secret-store",
  cause: { name: "VaultError", message: typeof sentence === "string" ? sentence : expect.stringMatching(sentence) },
});
const why = async (vault: Vault): Promise<unknown> =>
  await vault.read(path).then(
    () => "read",
    (error: { readonly cause: { readonly message: string } }) => error.cause.message,
  );

const expectAllRefused = async (vault: Vault, sentence: string): Promise<void> => {
  const outcomes = await Promise.allSettled([vault.read(path), vault.write(path, {}, 1), vault.destroy(path), vault.list("api_keys")]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: refused(sentence) });
};

await describeWithVault("Vault", () => {
  describe("a server", () => {
    let server: VaultServer;
    let vault: Vault;
    beforeAll(async () => {
      server = await startVault();
      await setUpVault(server);
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      vault = open({ address: server.address, auth: await newAppRole(server), deadlineMs: 1_500 });
      await vault.destroy(path);
      expect(await vault.write(path, data, 0)).toBe(true);
    });

    it("that is sealed says so to every call, and serves again when it is unsealed", async () => {
      await server.seal();
      await expectAllRefused(vault, "Vault is sealed: unseal it.");
      await server.unseal();
      expect(await vault.read(path)).toEqual({ data, version: 1 });
    });

    it("that is sealed refuses the login of a process that starts", async () => {
      const auth = await newAppRole(server);
      await server.seal();
      const late = open({ address: server.address, auth });
      await expect(late.read(path)).rejects.toMatchObject(refused("Vault is sealed: unseal it."));
      await server.unseal();
      expect(await late.read(path)).toEqual({ data, version: 1 });
    });

    it("that stands still is given up on at the deadline by all who wait, however many, and serves again when it goes on", async () => {
      server.pause();
      const startedAtMs = performance.now();
      const outcomes = await Promise.allSettled(Array.from({ length: 300 }, () => vault.read(path)));
      const takenMs = performance.now() - startedAtMs;
      server.resume();
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ status: "rejected", reason: refused(/^Vault did not answer (?:within 1500 ms|in time)\.$/) });
      expect(takenMs).toBeGreaterThanOrEqual(1_490);
      expect(takenMs).toBeLessThan(3_000);
      await vi.waitFor(async () => expect(await vault.read(path)).toEqual({ data, version: 1 }), waiting);
    });

    it("that stands still gets no more than 4096 calls at once", async () => {
      server.pause();
      const outcomes = await Promise.allSettled(Array.from({ length: 4_196 }, () => vault.read(path)));
      server.resume();
      const full = outcomes.filter(
        (outcome) =>
          outcome.status === "rejected" &&
          (outcome.reason as Error).cause instanceof Error &&
          /^4096 calls wait/.test(((outcome.reason as Error).cause as Error).message),
      );
      expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(4_196);
      expect(full).toHaveLength(100);
      await vi.waitFor(async () => expect(await vault.read(path)).toEqual({ data, version: 1 }), waiting);
    });

    /** Writes new paths one after the other until a write fails; gives what was answered, each by its index, to `onWritten`. */
    const writeUntilRefused = async (first: number, step: number, onWritten: (index: number) => void): Promise<void> => {
      for (let index = first; ; index += step) {
        expect(await vault.write(`api_keys/ten_killed/key_${index}`, { index: `${index}` }, 0)).toBe(true);
        onWritten(index);
      }
    };

    it("that is killed in the middle of writes has every write that it answered, and serves again by the tokens of before", async () => {
      const written = new Set<number>();
      const onWritten = (index: number): void => {
        written.add(index);
        if (written.size === 100) void server.kill();
      };
      const workers = await Promise.allSettled(Array.from({ length: 8 }, (_, worker) => writeUntilRefused(worker, 8, onWritten)));
      const sentence = /^(?:Vault closed the connection before it had answered|Nothing listens at Vault's address)\.$/;
      for (const worker of workers) expect(worker).toMatchObject({ status: "rejected", reason: refused(sentence) });
      await expect(vault.read(path)).rejects.toMatchObject(refused("Nothing listens at Vault's address."));

      await server.start();
      await expect(vault.read(path)).rejects.toMatchObject(refused("Vault is sealed: unseal it."));
      await server.unseal();
      expect(await vault.read(path)).toEqual({ data, version: 1 });
      expect(written.size).toBeGreaterThanOrEqual(100);
      for (const index of written) expect(await vault.read(`api_keys/ten_killed/key_${index}`)).toEqual({ data: { index: `${index}` }, version: 1 });
    });

    it("is never asked again after close", async () => {
      const running = vault.read(path);
      await vault.close();
      expect(await running).toEqual({ data, version: 1 });
      await expectAllRefused(vault, "The connection to Vault is closed.");
    });
  });

  describe("a standby", () => {
    let active: VaultServer;
    let standby: VaultServer;
    beforeAll(async () => {
      active = await startVault();
      await setUpVault(active);
      standby = await startVault({ join: active });
    });
    afterAll(() => Promise.all([active.stop(), standby.stop()]));

    it("hands writes on to the active server, and says what it is when there is none", async () => {
      const vault = open({ address: standby.address, auth: await newToken(active), deadlineMs: 10_000 });
      // Its copy of the token may be on its way yet.
      await vi.waitFor(async () => expect(await vault.write(path, data, 0)).toBe(true), waiting);
      expect(await open({ address: active.address, auth: await newToken(active) }).read(path)).toEqual({ data, version: 1 });
      await active.kill();
      const sentence = "Vault's address leads to a standby that does not hand requests on to the active server: let the address lead to the active one.";
      await vi.waitFor(async () => await expect(vault.write(path, data, 1)).rejects.toMatchObject(refused(sentence)), waiting);
    });
  });

  describe("TLS", () => {
    let folder: string;
    let server: VaultServer;
    let caFile: string;
    let otherCaFile: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "keywright-certificates-"));
      const tls = await newCertificates(folder, "right");
      [caFile, otherCaFile] = [tls.caFile, (await newCertificates(folder, "other")).caFile];
      server = await startVault({ tls });
      await setUpVault(server);
    });
    afterAll(async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    });

    it("is spoken with the authority that is named, and with no other", async () => {
      const auth = await newToken(server);
      const { address } = server;
      expect(await open({ address, auth, caFile }).write(path, data, 0)).toBe(true);
      const untrusted = "Vault's certificate is not signed by an authority that is trusted here: name the file of the right authority's certificate.";
      expect(await why(open({ address, auth, caFile: otherCaFile }))).toBe(untrusted);
      expect(await why(open({ address, auth }))).toBe(untrusted);
      expect(await why(open({ address: address.replace("127.0.0.1", "localhost"), auth, caFile }))).toBe(
        "Vault's certificate is for another host than the one in its address.",
      );
    });

    it("is missed in a sentence by whoever has the wrong scheme or file", async () => {
      const auth = await newToken(server);
      const { address } = server;
      expect(await why(open({ address: address.replace("https:", "http:"), auth }))).toMatch(/^What answered at Vault's address \(HTTP 400\) is no Vault: /);
      const missing = join(folder, "missing.pem");
      expect(await why(open({ address, auth, caFile: missing }))).toBe(`The certificates in ${missing}, which are to be trusted for Vault, cannot be read.`);
      const noCertificate = join(folder, "right", "cert.key");
      expect(await why(open({ address, auth, caFile: noCertificate }))).toBe(
        `${noCertificate}, which is to be trusted for Vault, holds no certificate in PEM.`,
      );
    });
  });
});
