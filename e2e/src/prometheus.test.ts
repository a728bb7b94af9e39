import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithPostgres, describeWithRedis, startRedis } from "@keywright/drivers/testing";
import { expect, it, onTestFinished } from "vitest";
import { alertScenes, promtoolTests } from "./alert-scenes.ts";
import { newMasterKey } from "./cluster.ts";
import { asOperator, makeFolder, quickBcrypt, removeFolder, root, startKeywright } from "./keywright-process.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";
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
  }, 60_000);

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
        const api = asOperator(server, rootKey);
        const traceId = "0af7651916cd43dd8448eb211c80319c";
        const traced = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
        const tenant = await api.must(201, { method: "POST", path: "/api/v1/platform/tenants", body: { name: "Acme", tier: "enterprise" }, headers: traced });
        const { key, id } = await api.createKey(tenant.id);
        await api.must(200, { method: "POST", path: "/api/v1/verify", body: { key }, headers: traced });
        await api.must(200, { method: "POST", path: "/api/v1/verify", body: { key }, headers: traced });
        for (const traceparent of ["00-zz", `00-${"1".repeat(32)}-b7ad6b7169203331-00`]) {
          await api.must(200, { method: "POST", path: "/api/v1/verify", body: { key }, headers: { traceparent } });
        }

        redis.pause();
        const stumble = () => server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body: { key } });
        await expect.poll(async () => (await stumble()) && firing(prometheus), { timeout: 60_000, interval: 200 }).toContain("KeywrightLedgerDegraded");
        redis.resume();
        await expect.poll(async () => (await stumble()) && firing(prometheus), { timeout: 60_000, interval: 200 }).not.toContain("KeywrightLedgerDegraded");

        const board = JSON.parse(await readFile(join(root, "ops/grafana/keywright.json"), "utf8")) as Board;
        const queries = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
        const there = await prometheus.ask<readonly string[]>("label/__name__/values");
        expect([...metricNames((await readFile(rulesFile, "utf8")) + queries.join(" "))].filter((name) => !there.includes(name))).toEqual([]);
        for (const query of queries) await prometheus.ask("query", { query: query.replaceAll("$__rate_interval", "1m") });

        const { text } = await server.call({ path: "/metrics", key: rootKey });
        expect(text).toContain('keywright_verdicts_total{verdict="VALID"}');
        for (const secret of [key, rootKey, id, tenant.id, "127.0.0.1"]) expect(text).not.toContain(secret);
        const limited = await api.must(201, { method: "POST", path: "/api/v1/platform/root-keys", body: { name: "gateway", permissions: ["verify"] } });
        expect((await server.call({ path: "/metrics" })).status).toBe(401);
        expect((await server.call({ path: "/metrics", key: limited.key })).status).toBe(403);
        expect((await server.call({ path: "/metrics", key })).status).toBe(403);

        const ofTrace = () => collector.received.spans.filter((span) => span.traceId === traceId);
        const named = (name: string) => ofTrace().filter((span) => span.name === name);
        await expect.poll(() => named("verify-key").length, { timeout: 30_000 }).toBe(2);
        const [created] = named("create-tenant");
        expect(created?.parentSpanId).toBe("b7ad6b7169203331");
        expect(ofTrace().some(({ parentSpanId, name }) => parentSpanId === created?.spanId && name.startsWith("store "))).toBe(true);
        const last = named("verify-key").at(-1);
        expect(
          ofTrace()
            .filter(({ parentSpanId }) => parentSpanId === last?.spanId)
            .map(({ name }) => name),
        ).toContain("ledger spend");
        expect(new Set(collector.received.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
        expect(new Set(collector.received.headers)).toEqual(new Set(["let me in"]));
        for (const secret of [key, rootKey]) expect(collector.received.text).not.toContain(secret.slice(-12));
        const line = server.out.errors.split("\n").find((each) => each.includes('"path":"/api/v1/platform/tenants"'));
        expect(JSON.parse(line ?? "{}")).toMatchObject({ trace_id: traceId, span_id: created?.spanId, request_id: expect.stringMatching(/^req_/) });
      }, 180_000);
    }),
  );
});
