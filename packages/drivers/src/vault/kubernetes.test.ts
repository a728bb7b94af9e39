import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newCertificates } from "../testing/certificates.ts";
import { startTokenReviews, type TokenReviews } from "../testing/token-reviews.ts";
import { describeWithVault, startVault, type VaultServer } from "../testing/vault-engine.ts";
import { policyName, setUpVault } from "../testing/vault-setup.ts";
import { createVault, type TokenEvent, type Vault } from "./index.ts";

const path = "api_keys/ten_1/key_1";
const account = { namespace: "keywright", name: "keywright" };

await describeWithVault("Vault asked from a pod of Kubernetes", () => {
  let server: VaultServer;
  let reviews: TokenReviews;
  let folder: string;
  const opened: Vault[] = [];
  beforeAll(async () => {
    [server, reviews, folder] = [await startVault(), await startTokenReviews(), await mkdtemp(join(tmpdir(), "keywright-pod-"))];
    await setUpVault(server);
    await server.admin({ method: "POST", path: "sys/auth/cluster", body: { type: "kubernetes" } });
    const certificate = await readFile((await newCertificates(folder)).caFile, "utf8");
    const config = { kubernetes_host: reviews.address, disable_local_ca_jwt: true, kubernetes_ca_cert: certificate };
    await server.admin({ method: "POST", path: "auth/cluster/config", body: config });
    const role = {
      bound_service_account_names: account.name,
      bound_service_account_namespaces: account.namespace,
      token_policies: policyName,
      token_no_default_policy: true,
      token_ttl: "2s",
      token_max_ttl: "3s",
    };
    await server.admin({ method: "POST", path: "auth/cluster/role/keywright", body: role });
  });
  afterAll(async () => {
    await Promise.all(opened.map((vault) => vault.close()));
    await Promise.all([server.stop(), reviews.stop(), rm(folder, { recursive: true })]);
  });
  const open = (jwtFile: string, kubernetesRole = "keywright") => {
    const events: TokenEvent[] = [];
    const auth = { kubernetesRole, jwtFile, mount: "cluster" };
    const vault = createVault({ address: server.address, auth, deadlineMs: 10_000, onToken: (event) => events.push(event) });
    opened.push(vault);
    return { vault, logins: () => events.filter(({ step, outcome }) => step === "login" && outcome === "done").length };
  };

  it("logs in by the service account's token, and again with the newer one that the cluster wrote", async () => {
    const file = join(folder, "token");
    const first = reviews.issue(account);
    await writeFile(file, `${first}\n`);
    const { vault, logins } = open(file);
    expect(await vault.write(path, { sec_1: "hash" }, 0)).toBe(true);
    expect(reviews.asked).toEqual([first]);
    const second = reviews.issue(account);
    await writeFile(file, second);
    while (logins() < 2) expect(await vault.read(path)).toMatchObject({ data: { sec_1: "hash" } });
    expect(reviews.asked).toEqual([first, second]);
  });

  it.each([
    ["another service account", 0, () => reviews.issue({ ...account, name: "other" })],
    ["a token that the cluster does not know", 1, () => reviews.issue(account).replace(/AAAA$/, "AAAB")],
    ["what is no token", 0, () => "nonsense"],
  ])("is refused to %s, in a sentence that quotes none of it", async (_, reviewed, issue) => {
    const file = join(folder, "refused");
    const jwt = issue();
    await writeFile(file, jwt);
    const sentence = `Vault refuses the Kubernetes role keywright to the service account of ${file} at auth/cluster: bind the role to that service account and its namespace.`;
    await expect(open(file).vault.read(path)).rejects.toMatchObject({ name: "Unavailable", cause: { message: sentence } });
    expect(reviews.asked.filter((token) => token === jwt)).toHaveLength(reviewed);
  });

  it("says which file cannot be read", async () => {
    const file = join(folder, "missing");
    await expect(open(file).vault.read(path)).rejects.toMatchObject({ cause: { message: `The service account's token in ${file} cannot be read.` } });
  });
});
