import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { createCourier, dispatchEvents } from "@keywright/core";
import { rolldown } from "rolldown";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../postgres/migrate.ts";
import { openPostgres } from "../postgres/pool.ts";
import { openCourierEngine } from "../testing/courier-engine.ts";
import { describeWithPostgres } from "../testing/postgres-engine.ts";

const kills = 100;
const lanes = 2;
/** Of a round in which one event is due: from the first of its dispatch to the one that notes the answer; some are of the round after. */
const statements = 15;
/** Longer than the lease of an attempt: what the dead had claimed is due again. */
const roundMs = 31_000;

/** When a process dies: after a statement; by the receiver, when it has the bytes; or when it has begun to answer them. */
type Blow = number | "received" | "answered";

/** Half of them by the receiver; the others go through the statements, each several times. */
const blowOf = (round: number): Blow => {
  if (round % 4 === 1) return "received";
  if (round % 4 === 3) return "answered";
  return 1 + ((round / 2) % statements);
};

interface Told {
  readonly webhookId: string;
  readonly tenantId: string;
}

/** One database with its receiver. */
interface Lane {
  readonly url: string;
  readonly told: Told[];
  readonly committed: string[];
  /** The process that delivers now, and its blow where the receiver is to deal it. */
  victim: { readonly process: ChildProcess; readonly blow: Blow } | undefined;
}

let folder: string;
const bundled = () => join(folder, "courier-process.mjs");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-courier-"));
  const input = fileURLToPath(new URL("../testing/courier-process.ts", import.meta.url));
  // One file, from source: a hundred processes find, read and compile what they need, and nothing else.
  const bundle = await rolldown({ input, platform: "node", external: ["pg-native"], resolve: { conditionNames: ["x-source", "node", "default"] } });
  await bundle.write({ file: bundled(), format: "esm" });
  await bundle.close();
});
afterAll(() => rm(folder, { recursive: true }));

const exitSignal = async (child: ChildProcess): Promise<NodeJS.Signals | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.signalCode;
};

await describeWithPostgres("a courier that is killed 100 times between commit and acknowledgement,", (server) => {
  const openReceiver = async (lane: Lane, verify: (body: string, headers: IncomingMessage["headers"]) => void): Promise<Server> => {
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        verify(body, request.headers);
        lane.told.push({ webhookId: String(request.headers["webhook-id"]), tenantId: JSON.parse(body).data.id });
        const { victim } = lane;
        if (victim?.blow === "received") return void victim.process.kill("SIGKILL");
        response.end();
        // Somewhere between the first byte of the answer and the note that it came.
        if (victim?.blow === "answered") victim.process.kill("SIGKILL");
      });
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    return receiver;
  };

  const openLane = async () => {
    const url = await server().newDatabase();
    const pool = openPostgres({ url });
    await migrate(pool);
    await pool.end();
    const lane: Lane = { url, told: [], committed: [], victim: undefined };
    const engine = await openCourierEngine({ url, aheadMs: 0 });
    const signed: { secret?: Webhook } = {};
    const receiver = await openReceiver(lane, (body, headers) => void signed.secret?.verify(body, headers as Record<string, string>));
    signed.secret = new Webhook(await engine.listen(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`));
    return { lane, engine, receiver };
  };

  const rollBack = new Error("rolled back");

  /** One change that is committed, one that is rolled back, one that its process dies with; and a process that is killed as it delivers. */
  const round = async ({ lane, engine }: Awaited<ReturnType<typeof openLane>>, number: number): Promise<void> => {
    lane.committed.push(await engine.change());
    const failing = engine.changeEnding((work) => async (stores) => {
      await work(stores);
      throw rollBack;
    });
    await expect(failing).rejects.toBe(rollBack);
    const blow = blowOf(number);
    const args = [bundled(), lane.url, String(number * roundMs), typeof blow === "number" ? String(blow) : "0"];
    const victim = spawn(execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    lane.victim = { process: victim, blow };
    const [said, problems] = await Promise.all([text(victim.stdout), text(victim.stderr), exitSignal(victim)]);
    expect([said, problems, victim.signalCode]).toEqual(["open\n", "", "SIGKILL"]);
    lane.victim = undefined;
  };

  const deliverTheRest = async (lane: Lane): Promise<void> => {
    const engine = await openCourierEngine({ url: lane.url, aheadMs: (kills + 1) * roundMs });
    const problems: unknown[] = [];
    const courier = createCourier({ ...engine.deps, onFailure: (error) => problems.push(error) });
    for (let idle = 0; idle < 2; ) {
      const begun = (await dispatchEvents(engine.deps)) + (await courier.tick());
      await courier.idle();
      idle = begun === 0 ? idle + 1 : 0;
    }
    expect(problems).toEqual([]);
    await engine.close();
  };

  it("has told of each change at the end, each under one id; and of none that was rolled back", async () => {
    const open = await Promise.all(Array.from({ length: lanes }, openLane));
    const done = open.map(async (each, first) => {
      const share = kills / lanes;
      for (let number = first * share; number < (first + 1) * share; number++) await round(each, number);
      await deliverTheRest(each.lane);
      await each.engine.close();
      each.receiver.close();
    });
    await Promise.all(done);
    const seen = { again: 0 };
    for (const { lane } of open) {
      const idsOf = (tenantId: string) => new Set(lane.told.filter((each) => each.tenantId === tenantId).map(({ webhookId }) => webhookId));
      expect(new Set(lane.told.map(({ tenantId }) => tenantId))).toEqual(new Set(lane.committed));
      for (const tenantId of lane.committed) expect([tenantId, idsOf(tenantId).size]).toEqual([tenantId, 1]);
      expect(new Set(lane.told.map(({ webhookId }) => webhookId)).size).toBe(lane.committed.length);
      const [row] = await server().query(lane.url, "select count(*)::int as events from outbox_events");
      expect(row).toEqual({ events: lane.committed.length });
      seen.again += lane.told.length - lane.committed.length;
    }
    // Else none was killed between the receiver's having it and the note of that.
    expect(seen.again).toBeGreaterThan(kills / 5);
  }, 600_000);
});
