import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@keywright/sdk";
import type { Report } from "./figure.ts";
import { median } from "./median.ts";
import { type ServerProcess, startIdle, startServer } from "./servers/server-process.ts";

const warmStarts = 5;
const keys = 20;

/** How long a start takes, what it weighs, and whether the event loop goes on turning while keys are being created. */
export const measureStartup = async (): Promise<Report> => {
  const dataDir = await mkdtemp(join(tmpdir(), "keywright-bench-"));
  const options = { env: { KEYWRIGHT_DATA_DIR: dataDir } };
  const first = await startServer(options);
  const { busyMs, idleMs } = await createKeys(first);
  await first.stop();
  const warm: { readyMs: number; rssMb: number }[] = [];
  for (let i = 0; i < warmStarts; i++) {
    const server = await startServer(options);
    warm.push({ readyMs: server.readyMs, rssMb: (await server.ask("vitals")).rssBytes / 1e6 });
    await server.stop();
  }
  await rm(dataDir, { recursive: true, force: true });
  return {
    figures: [
      { what: "first start to ready (makes the database)", value: first.readyMs, unit: "ms" },
      { what: `warm start to ready, median of ${warmStarts}`, value: median(warm.map(({ readyMs }) => readyMs)), unit: "ms", bar: 3_000 },
      { what: "memory after a warm start, median", value: median(warm.map(({ rssMb }) => rssMb)), unit: "MB", bar: 300 },
      { what: `longest pause of the event loop while ${keys} keys are created`, value: busyMs, unit: "ms", bar: 20 },
      { what: "the same of an idle process beside it: what the machine took", value: idleMs, unit: "ms" },
    ],
  };
};

const createKeys = async (server: ServerProcess) => {
  const client = createClient({ baseUrl: server.base, credential: server.rootKey ?? "" });
  const tenant = await client.call("create-tenant", { body: { name: "Bench" } });
  const create = (name: string) => client.call("create-key", { body: { tenant_id: tenant.id, name, scopes: ["send_email"] } });
  await create("warm-up");
  const idle = startIdle();
  await idle.ask("vitals");
  await Promise.all([server.ask("reset"), idle.ask("reset")]);
  await Promise.all(Array.from({ length: keys }, (_, index) => create(`key ${index}`)));
  const [busy, still] = await Promise.all([server.ask("vitals"), idle.ask("vitals")]);
  await idle.stop();
  return { busyMs: busy.longestMs, idleMs: still.longestMs };
};
