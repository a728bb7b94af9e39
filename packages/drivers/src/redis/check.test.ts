import { describe, expect, it } from "vitest";
import { systemClock } from "../node/clock.ts";
import { describeWithRedis } from "../testing/redis-engine.ts";
import { server } from "../testing/redis-ledgers.ts";
import { checkRedis } from "./check.ts";

const check = (connection: string, skewMs = 0) => checkRedis({ connection, clock: { nowMs: () => systemClock.nowMs() - skewMs }, connectDeadlineMs: 1_500 });

const reports = async (connection: string, skewMs = 0) => {
  const checked = await check(connection, skewMs);
  if (!checked.reachable) throw new Error(checked.problem.text);
  return checked.servers;
};

await describeWithRedis("Redis", () => {
  describe("the check", () => {
    it("tells version, memory, eviction, persistence and latency, and has nothing to say against a good server", async () => {
      const process = await server({ appendOnly: true, maxmemory: "100mb", maxmemoryPolicy: "volatile-lru", settings: { appendfsync: "everysec" } });
      const [report] = await reports(process.url);
      expect(report).toMatchObject({
        address: `127.0.0.1:${process.port}`,
        maxMemoryBytes: 104_857_600,
        evictionPolicy: "volatile-lru",
        persistence: "append-only file, synced every second",
        replicas: 0,
        minReplicasToWrite: 0,
        problems: [],
      });
      expect(report?.version).toMatch(/^(?:Redis|Valkey) \d+\.\d+/);
      expect(await process.cli("INFO", "server")).toContain(report?.runId);
      expect(report?.latencyMs).toBeGreaterThan(0);
      expect(Math.abs(report?.clockSkewMs ?? 9_999)).toBeLessThan(1_000);
    });

    it("finds a policy that throws budgets away, missing persistence and a clock that is off", async () => {
      const process = await server({ maxmemoryPolicy: "allkeys-lru" });
      const [report] = await reports(process.url, 60_000);
      expect(report?.persistence).toBe("none");
      expect(report?.problems).toEqual([
        { severity: "error", text: expect.stringMatching(/^Under maxmemory-policy allkeys-lru .* set it to noeviction, or to volatile-lru/) },
        { severity: "warning", text: expect.stringContaining("appendonly yes") },
        { severity: "warning", text: expect.stringMatching(/^The server's clock is [56]\d{4} ms ahead of/) },
      ]);
    });

    it("says in a sentence why a server cannot be used", async () => {
      const [primary, locked] = [await server(), await server({ password: "hunter2" })];
      const replica = await server({ replicaOf: primary });
      const why = async (url: string): Promise<string> => {
        const checked = await check(url);
        return checked.reachable ? "reachable" : checked.problem.text;
      };
      expect(await why(locked.url)).toBe("reachable");
      expect(await why(`redis://127.0.0.1:${locked.port}`)).toBe("Redis refuses the user or the password.");
      expect(await why(`redis://:hunter3@127.0.0.1:${locked.port}`)).toBe("Redis refuses the user or the password.");
      expect(await why(replica.url)).toBe("The server is a replica; the ledger needs the primary.");
      expect(await why("redis://127.0.0.1:1")).toBe("Nothing listens at the Redis address.");
      expect(await why("redis://host.invalid")).toBe("The Redis host's name cannot be resolved.");
      expect(await why(`rediss://127.0.0.1:${primary.port}`)).not.toBe("reachable");
      primary.pause();
      expect(await why(primary.url)).toBe("Redis did not answer in time.");
    });
  });
});
