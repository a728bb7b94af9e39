import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPostgres, describeWithRedis, startRedis } from "@keywright/drivers/testing";
import { expect, it, onTestFinished } from "vitest";
import { quickBcrypt, runCli } from "./keywright-process.ts";

const masterKey = Buffer.alloc(32, 7).toString("base64");

const settings = async (env: Record<string, string>): Promise<Record<string, string>> => {
  const folder = await mkdtemp(join(tmpdir(), "keywright-e2e-engines-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { ...quickBcrypt, PORT: "0", KEYWRIGHT_DATA_DIR: folder, KEYWRIGHT_MASTER_KEY: masterKey, ...env };
};

/** The start ends with this one sentence, and the doctor says it too; neither shows a credential. */
const refusesWith = async (sentence: RegExp, given: Record<string, string>): Promise<void> => {
  const env = await settings(given);
  const start = await runCli(["serve"], env);
  expect([start.code, start.out.text]).toEqual([1, ""]);
  // What is not a line of the log.
  expect(
    start.out.errors
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("{")),
  ).toEqual([expect.stringMatching(sentence)]);
  const doctor = await runCli(["doctor", "--json"], env);
  expect(doctor.code).toBe(1);
  const { checks } = JSON.parse(doctor.out.text) as { checks: readonly { ok: boolean; detail: string }[] };
  const said = checks.filter(({ ok }) => !ok).map(({ detail }) => detail);
  expect(said.join(" ")).toMatch(new RegExp(sentence.source.replace("^keywright: ", "")));
  expect(start.out.errors + doctor.out.text + doctor.out.errors).not.toContain("s3cret");
};

await describeWithRedis("a Redis that cannot be used", () => {
  it("throws keys away by itself", async () => {
    const redis = await startRedis({ maxmemory: "100mb", maxmemoryPolicy: "allkeys-lru" });
    onTestFinished(() => redis.stop());
    await refusesWith(/^keywright: Under maxmemory-policy allkeys-lru Redis throws budgets and counts away/, { REDIS_URL: redis.url });
  });

  it("has another password", async () => {
    const redis = await startRedis({ password: "right" });
    onTestFinished(() => redis.stop());
    await refusesWith(/^keywright: Redis refuses the user or the password\.$/, { REDIS_URL: `redis://:s3cret@127.0.0.1:${redis.port}` });
  });

  it("is not there", async () => {
    await refusesWith(/^keywright: Nothing listens at the Redis address\.$/, { REDIS_URL: "redis://:s3cret@127.0.0.1:1" });
  });
});

await describeWithPostgres("a PostgreSQL that cannot be used", (server) => {
  it("is not there", async () => {
    await refusesWith(/^keywright: Nothing listens at the database's address/, { DATABASE_URL: "postgres://keywright:s3cret@127.0.0.1:1/keywright" });
  });

  it("has no such database", async () => {
    const url = new URL(await server().newDatabase());
    url.pathname = "/nowhere";
    await refusesWith(/^keywright: PostgreSQL has no database of that name/, { DATABASE_URL: url.href });
  });

  it("cannot be written to", async () => {
    const url = new URL(await server().newDatabase());
    url.searchParams.set("options", "-c default_transaction_read_only=on");
    await refusesWith(/^keywright: The database is read-only/, { DATABASE_URL: url.href });
  });

  it("has secrets that another master key sealed", async () => {
    const database = await server().newDatabase();
    const first = await runCli(["recover"], await settings({ DATABASE_URL: database }));
    expect(first.code).toBe(0);
    const other = Buffer.alloc(32, 9).toString("base64");
    await refusesWith(/^keywright: .*master key/, { DATABASE_URL: database, KEYWRIGHT_MASTER_KEY: other });
  });
});
