import { createServer, connect as openSocket, type Server, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeWithRedis } from "../testing/redis-engine.ts";
import { drain, eventually, ledgerOn, requestsIn, server } from "../testing/redis-ledgers.ts";
import { spendInstalling, spendRequest, tallyOf } from "../testing/redis-requests.ts";

const deadlineMs = 300;
/** What a busy machine may add to a deadline. */
const slackMs = 400;

const unavailable = { name: "Unavailable", port: "ledger" };

/** A way to the server that can lose answers: what was sent arrives, and the connection ends where the answer would come. */
const lossyWay = async (port: number) => {
  const state: { loses: boolean; sockets: Socket[] } = { loses: false, sockets: [] };
  const way: Server = createServer((client) => {
    const upstream = openSocket(port, "127.0.0.1");
    state.sockets.push(client, upstream);
    client.on("error", () => {}).pipe(upstream);
    upstream.on("error", () => {}).on("data", (data) => (state.loses ? client.destroy() : client.write(data)));
    client.on("close", () => upstream.end());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => way.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of state.sockets) socket.destroy();
    way.close();
  });
  const address = way.address();
  return { state, url: `redis://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}` };
};

await describeWithRedis("Redis", () => {
  describe("a Redis that fails", () => {
    it("frozen for two seconds: every request is refused within its deadline, and once it goes on it answers again", async () => {
      const process = await server();
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      process.pause();
      const startMs = performance.now();
      const pending = Array.from({ length: 200 }, () => ledger.spend(spendRequest()));
      expect(await tallyOf(pending)).toEqual({ Unavailable: 200 });
      expect(performance.now() - startMs).toBeLessThan(deadlineMs + slackMs);
      const waits: number[] = [];
      while (performance.now() - startMs < 2_000) {
        const askedMs = performance.now();
        await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
        waits.push(performance.now() - askedMs);
        await turn();
      }
      // The breaker: after the first refusals nobody waits for the dead server.
      expect(waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(20);
      process.resume();
      expect((await eventually(() => ledger.spend(spendRequest()))).state).toBe("DONE");
    });

    it("killed and started empty: all is a MISS, and the new server is made known before it is first asked", async () => {
      const process = await server();
      /** How many entries a server had when it was made known; on a busy machine a connection may break, and be made known again. */
      const told = new Map<string, string>();
      const ledger = ledgerOn(process.url, {
        admit: async ({ identity }) => {
          if (!told.has(identity)) told.set(identity, await process.cli("DBSIZE"));
        },
      });
      expect((await spendInstalling(ledger, spendRequest())).state).toBe("DONE");
      const first = await ledger.identity();
      await process.kill();
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      await process.start();
      expect((await eventually(() => ledger.spend(spendRequest()))).state).toBe("MISS");
      const second = await ledger.identity();
      expect(second).not.toBe(first);
      expect([...told]).toEqual([
        [first, "0"],
        [second, "0"],
      ]);
      expect(await process.cli("INFO", "server")).toContain(second.slice(0, 40));
    });

    it("killed: what was answered before and after is counted, once, although the server has forgotten it", async () => {
      const process = await server();
      const ledger = ledgerOn(process.url);
      for (let n = 0; n < 20; n++) await spendInstalling(ledger, spendRequest());
      await process.kill();
      await process.start();
      for (let n = 0; n < 10; n++) await eventually(() => spendInstalling(ledger, spendRequest()));
      const counts = (await drain(ledger)).flatMap((move) => move.counts);
      expect(counts.reduce((sum, { requests }) => sum + requests, 0)).toBe(30);
    });

    it("killed and started from its append-only file: the budgets are as they were", async () => {
      const process = await server({ appendOnly: true });
      const ledger = ledgerOn(process.url);
      for (let n = 0; n < 20; n++) await spendInstalling(ledger, spendRequest());
      await process.kill();
      await process.start();
      expect(await eventually(() => ledger.spend(spendRequest()))).toMatchObject({ state: "DONE", key: { remaining: 979 } });
    });

    it("answering into a broken connection: the request is refused, charged once at most, never sent again, and counted by nobody", async () => {
      const process = await server();
      const way = await lossyWay(process.port);
      const ledger = ledgerOn(way.url);
      await spendInstalling(ledger, spendRequest());
      way.state.loses = true;
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      way.state.loses = false;
      expect(await eventually(() => ledger.spend(spendRequest()))).toMatchObject({ key: { remaining: 997 } });
      expect(Number(/calls=(\d+)/.exec(await process.cli("INFO", "commandstats").then((text) => text.split("cmdstat_evalsha:")[1] ?? ""))?.[1])).toBe(4);
      expect(requestsIn(await drain(ledger))).toBe(2);
    });

    it("not there at first: it is found when it comes", async () => {
      const process = await server();
      await process.kill();
      const ledger = ledgerOn(process.url);
      await expect(ledger.identity()).rejects.toMatchObject(unavailable);
      await process.start();
      expect(await eventually(() => ledger.identity())).toMatch(/^[0-9a-f]{40}-[0-9a-f]{40}$/);
    });

    it("with a stranger's answer to who it is: nothing is spent until whoever composes has agreed", async () => {
      const process = await server();
      const agreed = { yes: false };
      const ledger = ledgerOn(process.url, { admit: () => (agreed.yes ? Promise.resolve() : Promise.reject(new Error("The store is away."))) });
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      await expect(ledger.announce([{ id: "key_1", revision: 2 }])).rejects.toMatchObject(unavailable);
      expect(await process.cli("DBSIZE")).toBe("0");
      agreed.yes = true;
      expect((await eventually(() => ledger.spend(spendRequest()))).state).toBe("MISS");
    });

    it("made known too late for those who waited: nothing of theirs is sent any more", async () => {
      const process = await server();
      const gate = { open: () => {} };
      const opened = new Promise<void>((resolve) => {
        gate.open = resolve;
      });
      const ledger = ledgerOn(process.url, { admit: () => opened });
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      gate.open();
      await eventually(() => ledger.identity());
      expect(await process.cli("DBSIZE")).toBe("0");
    });

    it("whose successor is told of all recent changes before it is asked: none of them is undone by what it still holds", async () => {
      const process = await server();
      const known = { revision: 1 };
      const ledger = ledgerOn(process.url, { admit: ({ announce }) => announce([{ id: "key_1", revision: known.revision }]) });
      await spendInstalling(ledger, spendRequest());
      known.revision = 2;
      ledger.reconnect();
      expect(await eventually(() => ledger.spend(spendRequest()))).toEqual({ state: "STALE" });
    });
  });

  describe("a Redis that refuses", () => {
    it("being a replica: it is no ledger, from the start or from the moment that it becomes one", async () => {
      const [primary, process] = [await server(), await server()];
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      await process.cli("REPLICAOF", "127.0.0.1", String(primary.port));
      const limitless = spendRequest({ keyLimit: null });
      await expect(ledger.spend({ ...limitless, dryRun: true })).rejects.toMatchObject(unavailable);
      await eventually(async () => expect(await ledger.spend(limitless).catch((error: Error) => String(error.cause))).toContain("replica"));
      await process.cli("REPLICAOF", "NO", "ONE");
      expect((await eventually(() => spendInstalling(ledger, limitless))).state).toBe("DONE");
    });

    it("being full: it charges nothing, and still takes changes and hands over what it has", async () => {
      const process = await server({ maxmemoryPolicy: "noeviction" });
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      await process.cli("CONFIG", "SET", "maxmemory", "1");
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      await expect(ledger.spend(spendRequest({ dryRun: true }))).rejects.toMatchObject(unavailable);
      await expect(ledger.spend(spendRequest({ key: { id: "key_2", revision: 1 } }))).rejects.toMatchObject(unavailable);
      await ledger.announce([{ id: "key_1", revision: 2 }]);
      expect((await drain(ledger)).flatMap(({ budgets }) => budgets)).toMatchObject([{ subjectId: "key_1", bucket: { tokens: 999 } }]);
      await process.cli("CONFIG", "SET", "maxmemory", "0");
      expect(await ledger.spend(spendRequest())).toEqual({ state: "STALE" });
      expect(await ledger.spend(spendRequest({ key: { id: "key_1", revision: 2 } }))).toMatchObject({ key: { remaining: 998 } });
    });

    it("short of replicas: it charges nothing", async () => {
      const process = await server();
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      await process.cli("CONFIG", "SET", "min-replicas-to-write", "1");
      await expect(ledger.spend(spendRequest())).rejects.toMatchObject(unavailable);
      await process.cli("CONFIG", "SET", "min-replicas-to-write", "0");
      expect(await ledger.spend(spendRequest())).toMatchObject({ key: { remaining: 998 } });
    });

    it("without the scripts, because somebody flushed them: they are sent again", async () => {
      const process = await server();
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      await process.cli("SCRIPT", "FLUSH");
      expect(await ledger.spend(spendRequest())).toMatchObject({ key: { remaining: 998 } });
    });

    it("more than it can queue", async () => {
      const process = await server();
      const ledger = ledgerOn(process.url);
      await spendInstalling(ledger, spendRequest());
      process.pause();
      const tally = await tallyOf(Array.from({ length: 10_050 }, () => ledger.spend(spendRequest())));
      expect(tally).toEqual({ Unavailable: 10_050 });
    });
  });
});
