import { request } from "node:http";
import { connect } from "node:net";
import { isRequired } from "@keywright/drivers/testing";
import { type Keywright as Client, createClient } from "@keywright/sdk";
import { openEngine } from "@keywright/server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "../keywright-process.ts";
import { copyTemplate, known } from "../template.ts";
import { type Case, type Cast, makeCast } from "./cases.ts";
import { missingGateways, startGateways } from "./gateways.ts";
import { type Door, startExpress, startFastify, startHono, startNext, startPlainApi, type Taken } from "./guarded-apps.ts";

let folder: string;
let server: Keywright;
let client: Client;
let cast: Cast;
let doors: Door[] = [];
let api: { base: string; stop: () => Promise<void> };
/** The doors that report what was answered, each with a key that is used at it alone. */
const reporting = ["Express", "Fastify", "Hono", "Next", "in-process"] as const;
const reported = new Map<string, { readonly id: string; readonly key: string }>();

beforeAll(async () => {
  folder = await copyTemplate("doors");
  server = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
  client = createClient({ baseUrl: server.base, credential: server.rootKey ?? "" });
  api = await startPlainApi();
  const behind = { keywright: server.base, api: api.base, rootKey: server.rootKey ?? "" };
  const options = { keywright: client, timeoutMs: 10_000 };
  cast = await makeCast(server);
  const operator = asOperator(server, server.rootKey);
  for (const name of reporting) {
    const made = (await operator.createKey(cast.tenantId)) as { id: string; key: string };
    reported.set(name, made);
    await operator.verify(made.key, { dry_run: true });
  }
  doors = [await startExpress(options), await startFastify(options), await startHono(options), await startNext(options)];
  doors.push(...(await startGateways(behind)));
});

afterAll(async () => {
  await Promise.all(doors.map((door) => door.stop()));
  await api?.stop();
  client?.close();
  await server?.stop();
  await removeFolder(folder);
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As it is written, header by header: most clients would join or drop some. */
const send = ({ base }: Door, headers: Case["headers"], path = "/v1/emails/7"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { host, hostname, port } = new URL(base);
    const raw = [["Host", host], ["Connection", "close"], ...headers].flat();
    const asked = request({ hostname, port, path, headers: raw, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.setTimeout(15_000, () => asked.destroy(new Error(`${base} did not answer in 15 s.`)));
    asked.on("error", reject).end();
  });

/** What a door made of a request, in the words of the table. */
const outcomeOf = async (door: Door, { name, headers, code }: Case) => {
  const answer = await send(door, headers);
  const told = answer.status === 200 || !door.tellsCode ? code : (JSON.parse(answer.text) as { code?: string }).code;
  return { name, door: door.name, status: answer.status, ...(told !== undefined && { code: told }), answer };
};

const checkDoor = async (door: Door): Promise<void> => {
  const outcomes = await Promise.all(cast.cases.map((one) => outcomeOf(door, one)));
  const expected = cast.cases.map(({ name, status, code }) => ({ name, door: door.name, status, ...(code !== undefined && { code }) }));
  expect(outcomes.map(({ answer: _, ...outcome }) => outcome)).toEqual(expected);
  for (const { answer } of outcomes) checkAnswer(door, answer);
};

/** Gateways that show a client nothing of what Keywright answers to an admission. */
const silent: readonly string[] = ["Traefik", "Caddy"];

const checkAnswer = ({ name }: Door, { status, headers, text }: Answer): void => {
  if (status === 200) {
    const { key_id, stated } = JSON.parse(text) as Taken;
    expect(key_id).toMatch(/^key_/);
    expect(JSON.stringify(stated)).not.toMatch(/0000000000|2099-|"admin"|x-keywright-root-key/);
    if (!silent.includes(name)) expect(headers["ratelimit"]).toMatch(/r=\d+/);
    return;
  }
  expect(headers["content-type"]).toContain("application/problem+json");
  if (status === 401) expect(headers["www-authenticate"]).toContain('Bearer realm="keywright"');
  if (status === 429) expect(Number(headers["retry-after"])).toBeGreaterThanOrEqual(1);
};

it("every gateway is here, where the run requires them", () => {
  if (isRequired("gateways")) expect(missingGateways()).toEqual([]);
  expect(doors.length + missingGateways().length).toBe(8);
});

describe.each(["Express", "Fastify", "Hono", "Next", "nginx", "Envoy", "Traefik", "Caddy"])("at %s", (name) => {
  it.skipIf(missingGateways().includes(name))("every case of the table has its verdict, and nothing that a client states changes it", async () => {
    const door = doors.find((one) => one.name === name);
    if (door === undefined) throw new Error(`${name} was not started.`);
    await checkDoor(door);
    const { text } = await send(door, cast.cases[4]?.headers ?? []);
    expect(JSON.parse(text)).toMatchObject({ key_id: cast.keyId, tenant_id: cast.tenantId });
  });
});

/** The status line of what is written byte by byte. */
const sendRaw = ({ base }: Door, lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\r\n")) socket.destroy();
    });
    socket.setTimeout(15_000, () => socket.destroy(new Error(`${base} did not answer in 15 s.`)));
    socket.on("error", reject).on("close", () => resolve(text.split("\r\n", 1)[0] ?? ""));
    socket.write(`${["GET /v1/emails/7 HTTP/1.1", `Host: ${hostname}:${port}`, "Connection: close", ...lines].join("\r\n")}\r\n\r\n`);
  });

it("a header that is folded, split or has a space before its colon admits nobody", async () => {
  const key = cast.cases[1]?.headers[0]?.[1] ?? "";
  const half = key.length / 2;
  const smuggled = [
    ["X-API-Key: junk", ` ${key}`],
    [`X-API-Key: ${key.slice(0, half)}`, ` ${key.slice(half)}`],
    [`X-API-Key : ${key}`],
    [`X-API-Key: junk\r X-API-Key: ${key}`],
  ];
  for (const door of doors) {
    const statuses = await Promise.all(smuggled.map((lines) => sendRaw(door, lines)));
    for (const status of statuses) expect(status, door.name).toMatch(/^$|^HTTP\/1\.1 (?:400|401) /);
  }
});

const keyOf = (name: string) => {
  const found = reported.get(name);
  if (found === undefined) throw new Error(`${name} reports nothing.`);
  return found;
};

/** What the API answers of a request that it was given, six times in three ways. */
const answerInAllWays = async (door: Door): Promise<void> => {
  const headers: Case["headers"] = [["X-API-Key", keyOf(door.name).key]];
  const statuses = await Promise.all(["1", "2", "3", "404", "404", "500"].map(async (id) => (await send(door, headers, `/v1/emails/${id}`)).status));
  expect(statuses, door.name).toEqual([200, 200, 200, 404, 404, 500]);
};

/** Each response is counted by the key, the route's template and the class of its status. */
const expectReported = async (name: string): Promise<void> => {
  const operator = asOperator(server, server.rootKey);
  const { id } = keyOf(name);
  const responsesAt = async (endpoint: string) =>
    (await operator.must(200, { path: `/api/v1/platform/usage?key_id=${id}&endpoint=${encodeURIComponent(endpoint)}` })).responses;
  const { requests, statuses, latency_ms: latency } = await responsesAt("GET /v1/emails/{id}");
  expect([name, requests, statuses]).toEqual([name, 6, { "2xx": 3, "4xx": 2, "5xx": 1 }]);
  expect(latency.p99).toBeGreaterThan(0);
  expect(await responsesAt("GET /v1/emails/7")).toMatchObject({ requests: 0 });
};

it("what was answered is counted by key, route and class of status, at each middleware", async () => {
  const middlewares = doors.slice(0, 4);
  expect(middlewares.map(({ name }) => name)).toEqual(reporting.slice(0, 4));
  for (const door of middlewares) await answerInAllWays(door);
  await Promise.all(middlewares.map((door) => door.stop()));
  for (const { name } of middlewares) await expectReported(name);
  const usage = await asOperator(server, server.rootKey).must(200, { path: `/api/v1/platform/api-keys/${cast.keyId}/usage?granularity=hour` });
  expect(usage.endpoints.map(({ endpoint }: { endpoint: string }) => endpoint).sort()).toEqual(["GET /v1/emails/7", "GET /v1/emails/{id}"]);
  doors = doors.slice(4);
});

it("Keywright away: every door refuses with 503, in bounded time", async () => {
  const left = [...doors, await startExpress({ keywright: client, timeoutMs: 500 })];
  const headers = cast.cases[0]?.headers ?? [];
  await server.kill();
  const answers = await Promise.all(left.map(async (door) => [door.name, (await send(door, headers)).status]));
  expect(answers).toEqual(left.map(({ name }) => [name, name === "Traefik" ? 500 : 503]));
  const open = await startExpress({ keywright: client, timeoutMs: 500, onUnreachable: "pass" });
  expect([(await send(open, headers)).status, (await send(open, [])).status]).toEqual([200, 401]);
  await Promise.all([left.at(-1)?.stop(), open.stop()]);
});

it("the engine in the same process answers every case alike, and counts what was answered", async () => {
  // What the run of the tests is told is no setting of Keywright's.
  for (const name of Object.keys(process.env).filter((one) => one.startsWith("KEYWRIGHT_"))) vi.stubEnv(name, undefined);
  const engine = await openEngine({ dataDir: folder });
  const door = await startExpress({ keywright: engine, timeoutMs: 10_000 }, "in-process");
  try {
    await checkDoor(door);
    await answerInAllWays(door);
  } finally {
    await door.stop();
    await engine.close();
    vi.unstubAllEnvs();
  }
  server = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
  await expectReported(door.name);
});
