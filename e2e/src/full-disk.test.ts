import { execFile } from "node:child_process";
import { chown, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster, until } from "./cluster.ts";
import { makeFolder, removeFolder } from "./keywright-process.ts";

const run = promisify(execFile);

/** A file system of 48 MB, for PostgreSQL to write to. */
const mountSmall = async (folder: string): Promise<string> => {
  await run("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", folder]);
  const place = join(folder, "tables");
  await mkdir(place);
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)));
  await chown(place, uid ?? 0, gid ?? 0);
  return place;
};

const unmount = async (folder: string): Promise<void> => {
  await run("umount", ["-l", folder]);
  await removeFolder(folder);
};

/** Why there is none; undefined: there is. */
const whyNone = async (): Promise<string | undefined> => {
  const folder = await makeFolder("small");
  try {
    await mountSmall(folder);
    await unmount(folder);
    return undefined;
  } catch (error) {
    await removeFolder(folder);
    return `no file system can be mounted here: ${String((error as Error).message.split("\n").at(-2) ?? "")}`;
  }
};

/** Leaves not one page of room. */
const fill = async (file: string): Promise<void> => {
  const handle = await open(file, "w");
  const chunk = Buffer.alloc(65_536);
  try {
    for (let size = chunk.length; size >= 4_096; size /= 2) {
      for (let isFull = false; !isFull; )
        await handle.write(chunk, 0, size).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOSPC") throw error;
          isFull = true;
        });
    }
  } finally {
    await handle.close();
  }
};

interface Counted {
  readonly id: string;
  readonly key: string;
  answers: number;
}

const reason = await whyNone();

describe.skipIf(reason !== undefined)(`a full disk${reason === undefined ? "" : `: skipped, ${reason}`}`, async () => {
  await describeWithRedis("with the ledger in Redis,", () =>
    describeWithPostgres("under the tables of PostgreSQL,", (postgres) => {
      let folder: string;
      let redis: RedisProcess;
      let cluster: Cluster;
      beforeAll(async () => {
        folder = await makeFolder("small");
        const place = await mountSmall(folder);
        const first = new URL(await postgres().newDatabase());
        await postgres().query(first.href, `create tablespace small location '${place}'`);
        await postgres().query(first.href, "create database on_small tablespace small");
        redis = await startRedis();
        first.pathname = "/on_small";
        cluster = await startCluster({ databaseUrl: first.href, redisUrl: redis.url, count: 1 });
      });
      afterAll(async () => {
        await cluster?.stop();
        await redis?.stop();
        await postgres().kill();
        await unmount(folder);
      });

      it("keeps counts waiting, says so, refuses no key, and all are brought home when there is room again", async () => {
        const server = cluster.at(0);
        const api = cluster.api(0);
        const tenant = await api.createTenant();
        const keys: Counted[] = [];
        for (let made = 0; made < 8; made++) keys.push({ ...(await api.createKey(tenant.id, { monthly_quota: 1_000_000 })), answers: 0 });
        const round = { number: 0 };
        /** Each key at many endpoints that are new, so that their counts need room. */
        const verifyAll = async (): Promise<void> => {
          round.number += 1;
          for (const counted of keys) {
            const requests = Array.from({ length: 100 }, (_, place) => ({ key: counted.key, endpoint: `/round/${round.number}/${"e".repeat(100)}/${place}` }));
            const reply = await server.call({ method: "POST", path: "/api/v1/verify/batch", key: cluster.rootKey, body: { requests } });
            expect(reply.status, reply.text).toBe(200);
            expect(reply.json.data.filter(({ code }: { code: string }) => code !== "VALID")).toEqual([]);
            counted.answers += requests.length;
          }
        };
        const readiness = async () => (await server.call({ path: "/readyz" })) as { status: number; json: { checks: Record<string, string> } };
        await verifyAll();
        await fill(join(folder, "filler"));
        const told = await until("readiness says that counts wait", async () => {
          await verifyAll();
          const { status, json } = await readiness();
          return json.checks["usage"] === undefined ? undefined : { status, ...json.checks };
        });
        expect(told).toMatchObject({ status: 200, store: "ok", ledger: "ok", usage: "waits: the store's disk is full" });
        const line = server.out.errors.split("\n").find((text) => text.includes("deliver-usage") && text.includes("a job failed"));
        expect(line).toContain("store is full: make room on its disk");
        await verifyAll();
        // What cannot be written is refused as an outage, never as a fault.
        const created = await server.call({ method: "POST", path: "/api/v1/platform/tenants", key: cluster.rootKey, body: { name: "n".repeat(100) } });
        expect([201, 503]).toContain(created.status);

        await rm(join(folder, "filler"));
        const countedOf = async ({ id }: Counted) => (await api.must(200, { path: `/api/v1/platform/api-keys/${id}/usage` })).requests as number;
        for (const counted of keys)
          await until("all counts are home", async () => ((await countedOf(counted).catch(() => 0)) >= counted.answers ? true : undefined), { everyMs: 200 });
        expect(await Promise.all(keys.map(countedOf))).toEqual(keys.map(({ answers }) => answers));
        const { requests } = await api.must(200, { path: `/api/v1/platform/usage?tenant_id=${tenant.id}` });
        expect(requests).toBe(keys.reduce((sum, { answers }) => sum + answers, 0));
        await until("readiness says that all is well", async () => ((await readiness()).json.checks["usage"] === undefined ? true : undefined));
      });
    }),
  );
});
