import { type NginxProcess, nginxVersion, startNginx } from "../engines/nginx-process.ts";
import type { Figure, Report } from "../figure.ts";
import type { Calls } from "../load/plan.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { type ScriptServer, scriptOf, startScript } from "../servers/script-server.ts";
import { startEngines } from "./engines.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { ratioOf } from "./ratio.ts";
import { measureInRounds, sweepOf } from "./rounds.ts";
import { toTable } from "./table.ts";
import { createTally, requireCount } from "./tally.ts";
import { targetOf, valid } from "./target.ts";

const namesOn = (place: string) =>
  ({
    open: `nginx, a small file${place}`,
    bare: `nginx with auth_request to a bare node:http${place}`,
    guarded: `nginx with auth_request to Keywright${place}`,
  }) as const;
const apart = namesOn("");
const together = namesOn(", on its core");
const files = { open: "What needs no key.", bare: "What everybody opens.", guarded: "What the key opens." };

/**
 * nginx with Keywright beside nginx alone, and beside the least that a server in JavaScript costs behind it. nginx is where load and engines are, and what it asks
 * has a core to itself, as the measured server has in all other measurements; and once more with nginx on that core as well, which makes throughput tell of the processor's time alone.
 */
export const measureForwardAuth = async (options: Options): Promise<Report> => {
  const version = nginxVersion();
  if (version !== undefined) return measureBehind(version, options);
  return { figures: [], notes: ["Not measured: there is no nginx with auth_request on this machine."] };
};

const measureBehind = (version: string, { rounds = 5, seconds = 3 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const { postgres, redis, pids, versions } = await startEngines(running);
    const server = await running.add(startKeywright({ filling: tenThousandKeys, databaseUrl: postgres.newDatabase("behind_nginx"), redisUrl: redis.url(0) }));
    const bare = await running.add(startScript(scriptOf("bare-yes")));
    const guarded = { status: 200, text: files.guarded };
    const tally = createTally();
    await tally.load(sweepOf(await targetOf(server, verifyCalls(server, server.keys), { name: "Keywright itself" })));
    const http = (port: number, folder: string): string => gateway({ port, folder, server, bare });
    const besides = await running.add(startNginx({ http, files, core: "rest" }));
    const nginx = await running.add(startNginx({ http, files, core: "server" }));
    const targets = await Promise.all([targetsOf(besides, { names: apart, server, bare }), targetsOf(nginx, { names: together, server, bare })]);
    const measured = await measureInRounds(targets.flat(), { rounds, seconds, warmUpSeconds: 4, engines: pids, load: tally.load });
    const answered = tally.foundOf(server.port, valid) + tally.foundOf(besides.port, guarded) + tally.foundOf(nginx.port, guarded);
    await requireCount(server, "VALID", { answered, inDoubt: 0 });
    return { figures: figuresOf(ratioOf(measured)), table: toTable(measured), versions: { ...versions, nginx: version } };
  });

const figuresOf = (ratio: ReturnType<typeof ratioOf>): readonly Figure[] => [
  { what: "throughput, nginx with forward-auth ÷ nginx alone", ...ratio("perSecond", apart.guarded, apart.open), unit: "×", atLeast: 0.28 },
  { what: "throughput, nginx with forward-auth ÷ nginx asking a bare server", ...ratio("perSecond", apart.guarded, apart.bare), unit: "×" },
  { what: "throughput, nginx with forward-auth ÷ nginx alone, on one core", ...ratio("perSecond", together.guarded, together.open), unit: "×" },
  {
    what: "throughput, nginx with forward-auth ÷ nginx asking a bare server, on one core",
    ...ratio("perSecond", together.guarded, together.bare),
    unit: "×",
  },
  { what: "throughput, nginx asking a bare server ÷ nginx alone, on one core", ...ratio("perSecond", together.bare, together.open), unit: "×" },
  { what: "CPU of nginx with Keywright ÷ of nginx alone, on one core", ...ratio("serverMicros", together.guarded, together.open), unit: "×" },
];

interface Places {
  readonly names: ReturnType<typeof namesOn>;
  readonly server: KeywrightServer;
  readonly bare: ScriptServer;
}

const targetsOf = (nginx: NginxProcess, { names, server, bare }: Places) =>
  Promise.all([
    targetOf(nginx, callsOf("/open", server.keys), { name: names.open, expected: { status: 200, text: files.open }, isSwept: false }),
    targetOf(nginx, callsOf("/bare", server.keys), {
      name: names.bare,
      expected: { status: 200, text: files.bare },
      pids: [nginx.pid, bare.pid],
      isSwept: false,
    }),
    targetOf(nginx, callsOf("/guarded", server.keys), {
      name: names.guarded,
      expected: { status: 200, text: files.guarded },
      pids: [nginx.pid, server.pid],
      isSwept: false,
    }),
  ]);

const callsOf = (path: string, keys: readonly string[]): Calls => ({ path, method: "GET", headers: {}, bodyHeader: "x-api-key", bodies: keys });

interface Gateway {
  readonly port: number;
  readonly folder: string;
  readonly server: KeywrightServer;
  readonly bare: Pick<ScriptServer, "port">;
}

const gateway = ({ port, folder, server, bare }: Gateway): string => `
  ${upstream("keywright", server.port)}
  ${upstream("bare", bare.port)}
  server {
    listen 127.0.0.1:${port};
    location = /open { alias ${folder}/open; }
    location = /guarded { auth_request /keywright; alias ${folder}/guarded; }
    location = /bare { auth_request /yes; alias ${folder}/bare; }
    ${asking("/keywright", "http://keywright/api/v1/forward-auth?scopes=send_email&deny=403", server.rootKey)}
    ${asking("/yes", "http://bare/", server.rootKey)}
  }`;

const upstream = (name: string, port: number): string => `upstream ${name} { server 127.0.0.1:${port}; keepalive 64; keepalive_requests 100000000; }`;

const asking = (path: string, question: string, rootKey: string): string => `
    location = ${path} {
      internal;
      proxy_pass ${question};
      proxy_pass_request_body off;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
      proxy_set_header X-Forwarded-Method $request_method;
      proxy_set_header X-Forwarded-Uri $uri;
      proxy_set_header X-Keywright-Root-Key ${rootKey};
    }`;
