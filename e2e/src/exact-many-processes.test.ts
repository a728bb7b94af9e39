import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster, until } from "./cluster.ts";

interface Verdict {
  readonly valid: boolean;
  readonly code: string;
}

const day = 86_400;
const requests = 1_000;
const limit = 100;

/** All at once, each through the next of the processes. */
const many = <T>(count: number, work: (number: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_, number) => work(number)));
const countOf = (verdicts: readonly Verdict[]) => {
  const counts: Record<string, number> = {};
  for (const { code } of verdicts) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

const exactlyTheLimit = (cluster: () => Cluster): void => {
  const inPeace = (work: () => Promise<void>) => cluster().inPeace(work);
  const verifyMany = (keys: readonly string[]): Promise<Verdict[]> =>
    many(requests, (number) =>
      cluster()
        .api(number)
        .verify(keys[(number >> 2) % keys.length] ?? ""),
    );
  /** What one process tells without charging. */
  const look = (number: number, key: string) => cluster().api(number).verify(key, { dry_run: true });

  it("a key's bucket: exactly 100 of 1,000 are valid, and no process gives more", () =>
    inPeace(async () => {
      const api = cluster().api(0);
      const tenant = await api.createTenant();
      const { key } = await api.createKey(tenant.id, { rate_limit: { limit, window_seconds: day }, monthly_quota: 10 * requests });
      expect(countOf(await verifyMany([key]))).toEqual({ VALID: limit, RATE_LIMITED: requests - limit });
      // What was refused took nothing: not of the quota, which had room.
      for (let number = 0; number < 4; number++) {
        expect(await look(number, key)).toMatchObject({ code: "RATE_LIMITED", quota: { remaining: 10 * requests - limit } });
      }
    }));

  it("a tenant's pool, by two keys: exactly 100, and the refused ones take nothing of their keys", () =>
    inPeace(async () => {
      const api = cluster().api(1);
      const tenant = await api.createTenant({ rate_limit: { limit, window_seconds: day } });
      const keys = [await api.createKey(tenant.id, { monthly_quota: requests }), await api.createKey(tenant.id, { monthly_quota: requests })];
      const replies = await verifyMany(keys.map(({ key }) => key));
      expect(countOf(replies)).toEqual({ VALID: limit, RATE_LIMITED: requests - limit });
      const left = await Promise.all(keys.map(({ key }, number) => look(number + 2, key)));
      expect(left.reduce((sum, { quota }) => sum + requests - quota.remaining, 0)).toBe(limit);
    }));

  it("a monthly quota: exactly 100, and the refused ones take nothing of the bucket and the pool", () =>
    inPeace(async () => {
      const api = cluster().api(2);
      const room = { limit: requests, window_seconds: day };
      const tenant = await api.createTenant({ rate_limit: room });
      const { key, id } = await api.createKey(tenant.id, { monthly_quota: limit, rate_limit: room });
      expect(countOf(await verifyMany([key]))).toEqual({ VALID: limit, QUOTA_EXCEEDED: requests - limit });
      await api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${id}`, body: { monthly_quota: 10 * requests } });
      // A day's bucket of 1,000 gains one token in 86 s: whatever the refused ones had taken would be missing now.
      expect(countOf(await verifyMany([key]))).toEqual({ VALID: requests - limit, RATE_LIMITED: limit });
    }));

  it("a cost of many counts as that many, through all processes", () =>
    inPeace(async () => {
      const api = cluster().api(3);
      const tenant = await api.createTenant();
      const { key } = await api.createKey(tenant.id, { rate_limit: { limit, window_seconds: day } });
      const replies = await many(80, (number) => cluster().api(number).verify(key, { cost: 7 }));
      expect(countOf(replies)).toEqual({ VALID: 14, RATE_LIMITED: 66 });
      expect(await cluster().api(1).verify(key, { cost: 2 })).toMatchObject({ valid: true });
      expect(await cluster().api(2).verify(key)).toMatchObject({ code: "RATE_LIMITED" });
    }));

  it("counts each request once, whichever process answered it", () =>
    inPeace(async () => {
      const api = cluster().api(0);
      const tenant = await api.createTenant();
      const { key, id } = await api.createKey(tenant.id, { rate_limit: { limit, window_seconds: day } });
      await verifyMany([key]);
      const usage = () => api.must(200, { path: `/api/v1/platform/api-keys/${id}/usage` });
      await until("all counts are in the store", async () => ((await usage()).requests >= requests ? true : undefined), { everyMs: 100 });
      expect(await usage()).toMatchObject({ requests, errors: { RATE_LIMITED: requests - limit } });
    }));

  it("50 creations at once for one member, through four processes: exactly 10", async () => {
    const api = cluster().api(0);
    const tenant = await api.createTenant();
    const email = "ada@example.com";
    const member = await api.must(201, { method: "POST", path: "/api/v1/platform/members", body: { tenant_id: tenant.id, email, name: "Ada" } });
    const body = { tenant_id: tenant.id, name: "k", scopes: ["send_email"], owner_id: member.id };
    const replies = await many(50, (number) => cluster().at(number).call({ method: "POST", path: "/api/v1/platform/api-keys", key: cluster().rootKey, body }));
    expect(replies.map(({ status, json }) => (status === 201 ? "made" : json.code)).sort()).toEqual([
      ...Array.from({ length: 40 }, () => "KEY_LIMIT_REACHED"),
      ...Array.from({ length: 10 }, () => "made"),
    ]);
    const { data } = await api.must(200, { path: `/api/v1/platform/api-keys?tenant_id=${tenant.id}&owner_id=${member.id}` });
    expect(data.length).toBe(10);
  });
};

await describeWithRedis("on Redis", () =>
  describeWithPostgres("and PostgreSQL", (postgres) => {
    let redis: RedisProcess;
    let cluster: Cluster;
    beforeAll(async () => {
      redis = await startRedis();
      cluster = await startCluster({ databaseUrl: await postgres().newDatabase(), redisUrl: redis.url });
    });
    afterAll(async () => {
      await cluster.stop();
      await redis.stop();
    });

    describe("1,000 verifications at once through four processes, against a limit of 100", () => exactlyTheLimit(() => cluster));
  }),
);

await describeWithPostgres("on PostgreSQL alone", (postgres) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ databaseUrl: await postgres().newDatabase() });
  });
  afterAll(() => cluster.stop());

  describe("1,000 verifications at once through four processes, against a limit of 100", () => exactlyTheLimit(() => cluster));
});
