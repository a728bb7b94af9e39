import { describe, expect, it, onTestFinished } from "vitest";
import { describeWithRedis, startSentinels } from "../testing/redis-engine.ts";
import { drain, eventually, ledgerOn, requestsIn, server } from "../testing/redis-ledgers.ts";
import { spendInstalling, spendRequest } from "../testing/redis-requests.ts";

const watched = async () => {
  const primary = await server();
  const replica = await server({ replicaOf: primary });
  await eventually(async () => expect(await replica.cli("INFO", "replication")).toContain("master_link_status:up"));
  const sentinels = await startSentinels(primary);
  onTestFinished(() => sentinels.stop());
  // A failover needs sentinels that know of each other and of the replica.
  for (const { cli } of sentinels.processes) {
    await eventually(async () => expect(await cli("SENTINEL", "MASTER", "keywright")).toMatch(/num-slaves\n1\nnum-other-sentinels\n2\n/));
  }
  return { primary, replica, sentinels };
};

await describeWithRedis("Redis Sentinel", () => {
  describe("a primary that sentinels watch", () => {
    it("freezes: the ledger follows to the replica that is promoted, makes it known before it is asked, and stays when the former primary thaws", async () => {
      const { primary, replica, sentinels } = await watched();
      const told: string[] = [];
      const ledger = ledgerOn(sentinels.url, { admit: async ({ identity }) => void told.push(identity), commandDeadlineMs: 1_000, connectDeadlineMs: 2_000 });
      for (let n = 0; n < 5; n++) await spendInstalling(ledger, spendRequest());
      const first = await ledger.identity();
      await eventually(async () => expect(await replica.cli("GET", "kw2:key_1")).toBe(await primary.cli("GET", "kw2:key_1")));
      primary.pause();
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject({ name: "Unavailable", port: "ledger" });
      // Charged: what was answered, and perhaps what was on its way when the server froze or the answer was late.
      const promoted = await eventually(() => ledger.spend(spendRequest()));
      expect(promoted).toMatchObject({ state: "DONE", outcome: "VALID" });
      expect(promoted.state === "DONE" && promoted.key?.remaining).toBeLessThan(995);
      const second = await eventually(() => ledger.identity());
      expect(second).not.toBe(first);
      expect(told).toEqual([first, second]);
      primary.resume();
      ledger.reconnect();
      expect(await eventually(() => ledger.spend(spendRequest()))).toMatchObject({ state: "DONE", outcome: "VALID" });
      expect(await eventually(() => ledger.identity())).toBe(second);
      expect(requestsIn(await eventually(() => drain(ledger)))).toBe(7);
    });

    it("is found while one of three sentinels is frozen and one is gone", async () => {
      const { primary, sentinels } = await watched();
      await sentinels.processes[0]?.kill();
      sentinels.processes[1]?.pause();
      const ledger = ledgerOn(sentinels.url, { connectDeadlineMs: 200 });
      const [runId = ""] = (await eventually(() => ledger.identity())).split("-");
      expect(await primary.cli("INFO", "server")).toContain(`run_id:${runId}`);
    });
  });
});
