import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { expect, it, onTestFinished } from "vitest";
import { alertScenes, promtoolTests } from "./alert-scenes.ts";
import { newMasterKey } from "./cluster.ts";
import { asOperator, type Keywright, makeFolder, quickBcrypt, removeFolder, root, startKeywright } from "./keywright-process.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp-receiver.ts";
import { describeWithPrometheus, type Prometheus, run, startPrometheus } from "./prometheus-process.ts";

const rulesFile = join(root, "ops/prometheus/alerts.yml");
const metricNames = (text: string): ReadonlySet<string> => new Set(text.match(/\b(?:keywright|nodejs|process)_\w+/g));

interface Alerts {
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly state: string }[];
}

const firing = async (prometheus: Prometheus): Promise<readonly (string | undefined)[]> => {
  const { alerts } = await prometheus.ask<Alerts>("alerts");
  return alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels["alertname"]);
};

interface Board {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

interface Scene {
  readonly server: Keywright;
  readonly rootKey: string;
  readonly redis: RedisProcess;
  readonly prometheus: Prometheus;
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerSpan = "b7ad6b7169203331";

/** A tenant and a key of its own, and verifications: two of a trace, one of a trace that is not sampled, and one whose trace cannot be read. */
const makeTraced = async ({ server, rootKey }: Scene) => {
  const api = asOperator(server, rootKey);
  const headers = { traceparent: `00-${traceId}-${callerSpan}-01` };
  const tenant = await api.must(201, { method: "POST", path: "/api/v1/platform/tenants", body: { name: "Acme", tier: "enterprise" }, headers });
  const { key, id } = await api.createKey(tenant.id);
  for (const traceparent of [headers.traceparent, headers.traceparent, "00-zz", `00-${"1".repeat(32)}-${callerSpan}-00`]) {
    await api.must(200, { method: "POST", path: "/api/v1/verify", body: { key }, headers: { traceparent } });
  }
  return { key: String(key), ids: [String(id), String(tenant.id)] };
};

/** The rule fires while Redis is away, and not when it is back. */
const loseRedis = async ({ server, rootKey, redis, prometheus }: Scene, key: string): Promise<void> => {
  const alerts = async () => {
    await server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body: { key } });
    return firing(prometheus);
  };
  redis.pause();
  await expect.poll(alerts, { timeout: 60_000, interval: 200 }).toContain("KeywrightLedgerDegraded");
  redis.resume();
  await expect.poll(alerts, { timeout: 60_000, interval: 200 }).not.toContain("KeywrightLedgerDegraded");
};

const findAllMetrics = async (prometheus: Prometheus): Promise<void> => {
  const board = JSON.parse(await readFile(join(root, "ops/grafana/keywright.json"), "utf8")) as Board;
  const queries = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const there = await prometheus.ask<readonly string[]>("label/__name__/values");
  const named = metricNames((await readFile(rulesFile, "utf8")) + queries.join(" "));
  expect([...named].filter((name) => !there.includes(name))).toEqual([]);
  for (const query of queries) await prometheus.ask("query", { query: query.replaceAll("$__rate_interval", "1m") });
};

/** By a root key that may, and by nobody else; and nobody reads there whose the keys are. */
const readMetrics = async ({ server, rootKey }: Scene, { key, ids }: { readonly key: string; readonly ids: readonly string[] }): Promise<void> => {
  const body = { name: "gateway", permissions: ["verify"] };
  const limited = await asOperator(server, rootKey).must(201, { method: "POST", path: "/api/v1/platform/root-keys", body });
  const { text } = await server.call({ path: "/metrics", key: rootKey });
  expect(text).toContain('keywright_verdicts_total{verdict="VALID"}');
  for (const secret of [key, rootKey, "127.0.0.1", ...ids]) expect(text).not.toContain(secret);
  const answers = await Promise.all([undefined, limited.key, key].map((by) => server.call({ path: "/metrics", key: by })));
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 403]);
};

/** The spans of the two requests that were to be traced, with those of their engines; and the line of the log that belongs to one. */
const findTrace = async ({ spans, headers }: OtlpReceiver["received"], { out }: Keywright): Promise<void> => {
  const named = (name: string) => spans.filter((span) => span.name === name);
  const within = (parent: ReceivedSpan | undefined) => spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId).map(({ name }) => name);
  await expect.poll(() => named("verify-key").length, { timeout: 30_000 }).toBe(2);
  const [created] = named("create-tenant");
  expect(created?.parentSpanId).toBe(callerSpan);
  expect(within(created)).toContain("store insert");
  expect(within(named("verify-key").at(-1))).toContain("ledger spend");
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  expect(new Set(headers)).toEqual(new Set(["let me in"]));
  const line = out.errors.split("\n").find((each) => each.includes('"path":"/api/v1/platform/tenants"'));
  expect(JSON.parse(line ?? "{}")).toMatchObject({ trace_id: traceId, span_id: created?.spanId, request_id: expect.stringMatching(/^req_/) });
};

await describeWithPrometheus("Prometheus", async () => {
  it("fires each rule, and that alone, while what it is for lasts; and not after it", async () => {
    const folder = await makeFolder("rules");
    onTestFinished(() => removeFolder(folder));
    const named = [...(await readFile(rulesFile, "utf8")).matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual([...new Set(alertScenes.map(({ alert }) => alert))].toSorted());
    // YAML takes JSON for what it is.
    await writeFile(join(folder, "tests.yml"), JSON.stringify(promtoolTests(rulesFile)));
    const { stdout } = await run("promtool", ["test", "rules", join(folder, "tests.yml")]).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    });
    expect(stdout).toContain("SUCCESS");
  }, 120_000);

  await describeWithRedis("scrapes a server on", () =>
    describeWithPostgres("beside PostgreSQL", (postgres) => {
      it("that is traced: a rule fires while Redis is away, each metric of rules and board is there, and no span has a key", async () => {
        const [redis, collector, dataDir, databaseUrl] = await Promise.all([
          startRedis(),
          startOtlpReceiver(),
          makeFolder("scraped"),
          postgres().newDatabase(),
        ]);
        const server = await startKeywright({
          dataDir,
          env: {
            ...quickBcrypt,
            DATABASE_URL: databaseUrl,
            REDIS_URL: redis.url,
            KEYWRIGHT_MASTER_KEY: newMasterKey(),
            OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
            OTEL_EXPORTER_OTLP_HEADERS: "x-collector-token=let%20me%20in",
            KEYWRIGHT_TRACE_RATIO: "0",
          },
        });
        const { rootKey = "" } = server;
        const prometheus = await startPrometheus(new URL(server.base).host, rootKey);
        onTestFinished(async () => {
          redis.resume();
          await Promise.all([prometheus.stop(), server.stop()]);
          await Promise.all([redis.stop(), collector.stop(), removeFolder(dataDir)]);
        });
        const scene = { server, rootKey, redis, prometheus };
        const made = await makeTraced(scene);
        await loseRedis(scene, made.key);
        await findAllMetrics(prometheus);
        await readMetrics(scene, made);
        await findTrace(collector.received, server);
        for (const secret of [made.key, rootKey]) expect(collector.received.text).not.toContain(secret.slice(-12));
      }, 180_000);
    }),
  );
});
