import { endpointIds, endpoints, forwardAuth, metrics } from "@keywright/contract";
import { expect, it } from "vitest";
import { createStubApp, rootKey } from "../testing/stub-app.ts";
import { createEndpointMeters, endpointName } from "./endpoint-meters.ts";

it("names every endpoint of the table by its id, and nothing by what a client has sent", () => {
  for (const id of endpointIds) expect(endpointName(endpoints[id].method, endpoints[id].path.replaceAll(/\{(\w+)\}/g, ":$1"))).toBe(id);
  expect(endpointName("GET", metrics.path)).toBe("metrics");
  expect(endpointName("POST", "/api/auth/sign-in/email")).toBe("accounts/sign-in/email");
  expect(endpointName("PUT", `${forwardAuth.path}/*`)).toBe("forward-auth");
  expect(endpointName("GET", "/dashboard/*")).toBe("pages");
});

it("counts all, and times one of 32, the first among them", () => {
  const meters = createEndpointMeters();
  const meter = meters.of("verify-key");
  for (let i = 0; i < 64; i++) meter.done(i === 0 ? 503 : 200, meter.start());
  expect(meters.requests()).toEqual([
    { labels: { endpoint: "verify-key", status: "2xx" }, value: 63 },
    { labels: { endpoint: "verify-key", status: "5xx" }, value: 1 },
  ]);
  expect(meters.durations().at(-1)).toEqual({ labels: { endpoint: "verify-key" }, value: 2, suffix: "_count" });
});

it("counts what the server answers: by the lane, by a route, by its error, by the gateways' door, and where there is no endpoint", async () => {
  const meters = createEndpointMeters();
  const { app } = createStubApp({ meters });
  const bearer = { authorization: `Bearer ${rootKey}` };
  const ask = async (method: "GET" | "POST", url: string, headers: Record<string, string> = bearer) =>
    (await app.inject({ method, url, headers, ...(method === "POST" && { payload: { key: "x" } }) })).statusCode;
  const statuses = [
    await ask("POST", "/api/v1/verify"),
    await ask("GET", "/api/v1/platform/tenants"),
    await ask("GET", "/api/v1/platform/tenants", {}),
    await ask("GET", "/api/v1/forward-auth", { "x-keywright-root-key": rootKey }),
    await ask("GET", "/api/v1/forward-auth", {}),
    await ask("GET", "/no/such/page?key=secret"),
    await ask("GET", "/healthz", {}),
  ];
  expect(statuses).toEqual([200, 200, 401, 401, 401, 404, 200]);
  const counted = meters.requests().map(({ labels, value }) => `${labels["endpoint"]} ${labels["status"]} ${value}`);
  expect(counted.toSorted()).toEqual([
    "forward-auth 4xx 2",
    "healthz 2xx 1",
    "list-tenants 2xx 1",
    "list-tenants 4xx 1",
    "unmatched 4xx 1",
    "verify-key 2xx 1",
  ]);
  await app.close();
});
