import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { describeWithPostgres } from "@keywright/drivers/testing";
import { expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, freePort, type Keywright, makeFolder, quickBcrypt, removeFolder, runCli, startKeywright } from "./keywright-process.ts";

const masterKey = Buffer.alloc(32, 7).toString("base64");

const said = async (server: Keywright, text: string, from = 0): Promise<void> => {
  const asked = async () => (server.out.text.slice(from).includes(text) ? true : undefined);
  await until(`it says "${text}"`, asked, { deadlineMs: 60_000 }).catch((cause: unknown) => {
    throw new Error(`The server said: ${server.out.text} ${server.out.errors.slice(-2_000)}`, { cause });
  });
};

/** The processes that this one has started. */
const workersOf = async (server: Keywright): Promise<readonly number[]> => {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([pid, parent]) => (pid !== undefined && parent === server.process.pid ? [pid] : []));
};

const commandOf = async (pid: number): Promise<string> => (await promisify(execFile)("ps", ["-ww", "-o", "args=", "-p", String(pid)])).stdout;

/** Two workers of which the second is killed before it serves. On a busy machine it may serve before anybody sees it: then all of it is done again. */
const startLame = async (options: Parameters<typeof startKeywright>[0], attempts = 4): Promise<{ workers: Keywright; first: number; lame: number }> => {
  const workers = await startKeywright(options);
  const [first = Number.NaN] = await workersOf(workers);
  const others = async () => (await workersOf(workers)).filter((pid) => pid !== first);
  await expect.poll(others, { timeout: 30_000, interval: 20 }).toHaveLength(1);
  const [lame = Number.NaN] = await others();
  process.kill(lame, "SIGKILL");
  await said(workers, "processes serve");
  if (workers.out.text.includes("1 processes serve")) return { workers, first, lame };
  expect(await workers.stop()).toEqual({ code: 0, signal: null });
  if (attempts === 1) throw new Error("The second worker served before it could be killed, each time.");
  return startLame(options, attempts - 1);
};

/** Verifies all the time, and leaves the starting processes some of it; each request over a connection of its own or one that is kept, until it is stopped; what was answered, by count. */
const verifyAllTheTime = (server: Keywright, rootKey: string | undefined, key: string) => {
  const answers = new Map<string, number>();
  const state = { stopped: false };
  const loop = async (): Promise<void> => {
    while (!state.stopped) {
      const answer = await server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body: { key } }).then(
        ({ status, json }) => `${status} ${json?.code}`,
        (error: unknown) => String(error),
      );
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      await setTimeout(10);
    }
  };
  const loops = Array.from({ length: 8 }, loop);
  return async (): Promise<ReadonlyMap<string, number>> => {
    state.stopped = true;
    await Promise.all(loops);
    return answers;
  };
};

await describeWithPostgres("workers on PostgreSQL", (server) => {
  it("share a port; a scrape is answered for all; a rolling restart refuses nothing and loses no count", async () => {
    const dataDir = await makeFolder("workers");
    const metricsPort = await freePort();
    const env = { ...quickBcrypt, KEYWRIGHT_METRICS_PORT: String(metricsPort), DATABASE_URL: await server().newDatabase(), KEYWRIGHT_MASTER_KEY: masterKey };
    const workers = await startKeywright({ dataDir, env, args: ["--workers", "2"] });
    await said(workers, "2 processes serve");
    const api = asOperator(workers, workers.rootKey);
    const tenant = await api.createTenant();
    const { id, key } = await api.createKey(tenant.id, { rate_limit: { limit: 1_000_000, window_seconds: 1 } });
    const asked = await Promise.all(Array.from({ length: 16 }, () => api.verify(key)));
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const valid = [...metrics.matchAll(/^keywright_verdicts_total\{verdict="VALID",worker="(\d)"\} (\d+)$/gm)];
    expect(valid.map(([, worker]) => worker)).toEqual(["1", "2"]);
    expect(valid.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(asked.length);
    const stop = verifyAllTheTime(workers, workers.rootKey, key);
    const before = workers.out.text.length;
    workers.process.kill("SIGHUP");
    await said(workers, "2 processes were replaced.", before);
    const answers = await stop();
    expect([...answers.keys()]).toEqual(["200 VALID"]);

    expect(await workers.stop()).toEqual({ code: 0, signal: null });

    const again = await startKeywright({ dataDir, env, rootKey: workers.rootKey ?? "" });
    const usage = await asOperator(again, workers.rootKey).must(200, { path: `/api/v1/platform/api-keys/${id}/usage` });
    expect(usage.requests).toBe((answers.get("200 VALID") ?? 0) + asked.length);
    await again.stop();
    await removeFolder(dataDir);
  });

  it("are as many as they were after two signals in quick succession, and after some died meanwhile", async () => {
    const dataDir = await makeFolder("workers-twice");
    const env = { ...quickBcrypt, DATABASE_URL: await server().newDatabase(), KEYWRIGHT_MASTER_KEY: masterKey };
    const workers = await startKeywright({ dataDir, env, args: ["--workers", "2"] });
    await said(workers, "2 processes serve");
    const first = await workersOf(workers);
    for (const pid of first) expect(await commandOf(pid)).toContain("--max-semi-space-size=32");
    const before = workers.out.text.length;
    workers.process.kill("SIGHUP");
    // The replacement is under way.
    await expect.poll(async () => (await workersOf(workers)).length, { timeout: 30_000, interval: 20 }).toBe(3);
    for (const dying of first) process.kill(dying, "SIGKILL");
    workers.process.kill("SIGHUP");
    const reports = () => workers.out.text.slice(before).match(/processes were replaced/g)?.length;
    await expect.poll(reports, { timeout: 60_000 }).toBe(2);
    const second = await workersOf(workers);
    expect(second).toHaveLength(2);
    expect(second.some((pid) => first.includes(pid))).toBe(false);

    // One more death: when it is mended, all that was to be mended before it is.
    process.kill(second[0] ?? Number.NaN, "SIGKILL");
    const isNew = (pid: number): boolean => !second.includes(pid);
    await expect.poll(async () => (await workersOf(workers)).some(isNew), { timeout: 30_000 }).toBe(true);
    expect(await workersOf(workers)).toHaveLength(2);
    expect((await workers.call({ path: "/readyz" })).status).toBe(200);
    expect(await workers.stop()).toEqual({ code: 0, signal: null });
    await removeFolder(dataDir);
  });

  it("are mended where one does not come up", async () => {
    const dataDir = await makeFolder("workers-lame");
    const env = { ...quickBcrypt, DATABASE_URL: await server().newDatabase(), KEYWRIGHT_MASTER_KEY: masterKey };
    const { workers, first, lame } = await startLame({ dataDir, env, args: ["--workers", "2"] });
    const others = async () => (await workersOf(workers)).filter((pid) => pid !== first);
    await expect.poll(others, { timeout: 30_000 }).toEqual([expect.not.toSatisfy((pid: number) => pid === lame)]);
    expect(await workers.stop()).toEqual({ code: 0, signal: null });
    await removeFolder(dataDir);
  }, 180_000);

  it("need an address of a database, and say so", async () => {
    const dataDir = await makeFolder("workers-embedded");
    const { code, out } = await runCli(["serve", "--workers", "2"], { KEYWRIGHT_DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(out.errors).toContain("--workers needs DATABASE_URL: the embedded store is one process's own.");
    await removeFolder(dataDir);
  });

  it("that cannot start say why once, and end", async () => {
    const dataDir = await makeFolder("workers-refused");
    const env = { ...quickBcrypt, KEYWRIGHT_DATA_DIR: dataDir, DATABASE_URL: await server().newDatabase(), KEYWRIGHT_MASTER_KEY: "short" };
    const { code, out } = await runCli(["serve", "--workers", "2"], env);
    expect(code).toBe(1);
    expect(out.errors.match(/KEYWRIGHT_MASTER_KEY must hold/g)).toHaveLength(1);
    await removeFolder(dataDir);
  });
});
