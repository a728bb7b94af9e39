import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { describeWithPostgres } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster, until } from "./cluster.ts";
import type { Keywright } from "./keywright-process.ts";

const path = "/api/v1/platform/events";

interface Told {
  readonly type: string;
  readonly id?: string;
  readonly keys?: readonly { readonly id: string; readonly requests: number; readonly errors: number }[];
}

/** A reader of the stream, as a browser's `EventSource` is one. */
const read = async (server: Keywright, key: string, query = "") => {
  const request = get(server.base + path + query, { headers: { authorization: `Bearer ${key}` } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const state = { text: "", isOver: false };
  response.setEncoding("utf8").on("data", (chunk: string) => {
    state.text += chunk;
  });
  response.on("error", () => {});
  response.on("close", () => {
    state.isOver = true;
  });
  const events = (): readonly Told[] => [...state.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
  const hear = (what: string, is: (event: Told) => boolean) => until(what, async () => events().find(is), { deadlineMs: 15_000 });
  await hear("the stream begins", ({ type }) => type === "ready");
  return { state, events, hear, close: () => request.destroy() };
};

await describeWithPostgres("live", (postgres) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ databaseUrl: await postgres().newDatabase(), count: 2 });
  });
  afterAll(() => cluster.stop());

  const settle = async () => {
    const api = cluster.api(0);
    const { id: tenantId } = await api.createTenant();
    const { id: readerId, key: reader } = await api.createKey(tenantId, { name: "reader", scopes: ["read"] });
    return { api, tenantId, readerId, reader };
  };

  it("tells in one process what is changed in another, to the tenant's readers alone", async () => {
    const [{ api, tenantId, reader }, other] = [await settle(), await settle()];
    const own = await read(cluster.at(1), reader);
    const strange = await read(cluster.at(1), other.reader);
    const all = await read(cluster.at(1), cluster.rootKey);
    const { id } = await api.createKey(tenantId);
    await api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${id}`, body: { name: "renamed" } });
    await api.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${id}/regenerate`, body: {} });
    await api.revoke(id, "leaked");
    const told = (reading: typeof own) => reading.events().filter((event) => event.id === id);
    for (const reading of [own, all]) {
      await reading.hear("the revocation", (event) => event.type === "key.revoked" && event.id === id);
      expect(told(reading).map(({ type }) => type)).toEqual(["key.created", "key.updated", "key.regenerated", "key.revoked"]);
    }
    // What is its own comes in order, so what was another's would have come before.
    await api.createKey(other.tenantId);
    await strange.hear("its own key", ({ type }) => type === "key.created");
    expect(told(strange)).toEqual([]);
    for (const reading of [own, strange, all]) reading.close();
  });

  it("tells of a key's first request, wherever it is verified", async () => {
    const { api, tenantId, reader } = await settle();
    const stream = await read(cluster.at(1), reader);
    const { id, key } = await api.createKey(tenantId);
    await api.verify(key);
    await api.verify(key, { scopes: ["manage_contacts"] });
    const uses = () => stream.events().flatMap(({ keys = [] }) => keys.filter((use) => use.id === id));
    const sum = (name: "requests" | "errors") => uses().reduce((total, use) => total + use[name], 0);
    await until("both requests are told", async () => (sum("requests") === 2 ? true : undefined), { deadlineMs: 15_000 });
    expect([sum("requests"), sum("errors")]).toEqual([2, 1]);
    stream.close();
  });

  it("ends where its reader's key is revoked, and where the server stops", async () => {
    const { api, reader, readerId } = await settle();
    const stream = await read(cluster.at(1), reader);
    await api.revoke(readerId, "leaked");
    await until("the stream ends", async () => (stream.state.isOver ? true : undefined), { deadlineMs: 15_000 });
    expect(stream.events().at(-1)).toEqual({ type: "end" });
    const third = await cluster.startAnother();
    const last = await read(third, cluster.rootKey);
    const startedMs = performance.now();
    expect(await third.stop()).toMatchObject({ code: 0 });
    expect([last.state.isOver, last.events().at(-1)]).toEqual([true, { type: "end" }]);
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });
});
