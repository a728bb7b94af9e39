import { once } from "node:events";
import { Agent, type ClientRequest, get, type IncomingMessage, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { cpuMicros } from "../engines/cpu-time.ts";
import type { Report } from "../figure.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys } from "../verify/keywright-server.ts";

const viewers = 1_000;
const tenants = 10;
const perSecond = 200;
const openedAtOnce = 50;

/** What a thousand viewers of verdicts cost one process, with verifications to look at. */
export const measureViewers = ({ seconds = 10 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const server = await running.add(startKeywright({ filling: { ...tenThousandKeys, keys: 1_000, tenants } }));
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    const ids = await tenantIds(server, agent);
    // Every key once, so that no first use is part of what is measured.
    await loaded(server, agent, Math.ceil(server.keys.length / perSecond));
    const idle = await loaded(server, agent, seconds);
    const opened = await openAll(server, ids);
    const watched = await loaded(server, agent, seconds);
    const told = opened.filter(({ state }) => state.bytes > 0).length;
    for (const { asked } of opened) asked.destroy();
    agent.destroy();
    return {
      figures: [
        { what: "viewers that were told", value: told, unit: "viewers", atLeast: viewers },
        { what: "memory of a viewer", value: (watched.rssBytes - idle.rssBytes) / viewers / 1024, unit: "kB" },
        { what: "CPU of a thousand viewers, of one core", value: ((watched.cpu - idle.cpu) / seconds) * 100, unit: "%" },
        { what: "longest pause of the event loop with them", value: watched.longestMs, unit: "ms" },
      ],
      notes: [
        `Viewers of ${tenants} tenants, while about ${perSecond} verifications a second are made, embedded.`,
        "CPU and memory are differences of the same load with and without viewers; where others keep the machine busy, the pause is theirs as well.",
      ],
    };
  });

type Asking = Pick<KeywrightServer, "port" | "rootKey" | "keys">;

const headersOf = ({ rootKey }: Asking) => ({ authorization: `Bearer ${rootKey}` });

const ask = async (server: Asking, agent: Agent, { path, body }: { readonly path: string; readonly body?: string }): Promise<string> => {
  const headers = { ...headersOf(server), ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }) };
  const asked = request({ port: server.port, path, agent, headers, method: body === undefined ? "GET" : "POST" });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
};

const tenantIds = async (server: Asking, agent: Agent): Promise<readonly string[]> => {
  const page = JSON.parse(await ask(server, agent, { path: "/api/v1/platform/tenants?limit=100" })) as { readonly data: readonly { readonly id: string }[] };
  return page.data.map(({ id }) => id);
};

/** Verifies for so long, and says what that has cost the server. */
const loaded = async (server: KeywrightServer, agent: Agent, seconds: number) => {
  await server.process.ask("reset");
  const before = cpuMicros(server.pid) / 1e6;
  for (let second = 0; second < seconds; second++) {
    const pause = wait(1_000);
    const keys = Array.from({ length: perSecond }, (_, number) => server.keys[(second * perSecond + number) % server.keys.length]);
    await Promise.all(keys.map((key) => ask(server, agent, { path: "/api/v1/verify", body: JSON.stringify({ key, endpoint: "/v1/emails" }) })));
    await pause;
  }
  return { cpu: cpuMicros(server.pid) / 1e6 - before, ...(await server.process.ask("vitals")) };
};

interface Viewer {
  readonly asked: ClientRequest;
  readonly state: { bytes: number };
}

const openAll = async (server: Asking, ids: readonly string[]): Promise<readonly Viewer[]> => {
  const opened: Viewer[] = [];
  while (opened.length < viewers)
    opened.push(...(await Promise.all(Array.from({ length: openedAtOnce }, (_, number) => open(server, ids[number % ids.length] ?? "")))));
  return opened;
};

const open = async (server: Asking, tenantId: string): Promise<Viewer> => {
  const asked = get({ port: server.port, path: `/api/v1/platform/requests/stream?tenant_id=${tenantId}`, agent: false, headers: headersOf(server) });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`A viewer was answered ${response.statusCode}.`);
  const state = { bytes: 0 };
  asked.on("error", () => {});
  response.on("error", () => {});
  response.on("data", (chunk: Buffer) => {
    state.bytes += chunk.length;
  });
  return { asked, state };
};
