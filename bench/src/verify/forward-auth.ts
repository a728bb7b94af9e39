import { nginxVersion, startNginx } from "../engines/nginx-process.ts";
import type { Report } from "../figure.ts";
import type { Calls } from "../load/plan.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { startEngines } from "./engines.ts";
import { type KeywrightServer, startKeywright, tenThousandKeys, verifyCalls } from "./keywright-server.ts";
import { measureInRounds, ratioOf, sweepOf } from "./rounds.ts";
import { toTable } from "./table.ts";
import { createTally, requireCount } from "./tally.ts";
import { targetOf, valid } from "./target.ts";

const names = { open: "nginx, a small file", guarded: "nginx with auth_request to Keywright" } as const;
const files = { open: "What needs no key.", guarded: "What the key opens." };

/** nginx and Keywright on one core, beside nginx alone on it. */
export const measureForwardAuth = async (options: Options): Promise<Report> => {
  const version = nginxVersion();
  if (version !== undefined) return measureBehind(version, options);
  return { figures: [], notes: ["Not measured: there is no nginx with auth_request on this machine."] };
};

const measureBehind = (version: string, { rounds = 3, seconds = 4 }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const { postgres, redis, pids, versions } = await startEngines(running);
    const server = await running.add(startKeywright({ filling: tenThousandKeys, databaseUrl: postgres.newDatabase("behind_nginx"), redisUrl: redis.url(0) }));
    const http = (port: number, folder: string): string => gateway({ port, folder, server });
    const nginx = await running.add(startNginx({ http, files, core: "server" }));
    const both = [nginx.pid, server.pid];
    const guarded = { status: 200, text: files.guarded };
    const tally = createTally();
    await tally.load(sweepOf(await targetOf(server, verifyCalls(server, server.keys), { name: "Keywright itself" })));
    const measured = await measureInRounds(
      [
        await targetOf(nginx, callsOf("/open", server.keys), { name: names.open, expected: { status: 200, text: files.open }, isSwept: false }),
        await targetOf(nginx, callsOf("/guarded", server.keys), { name: names.guarded, expected: guarded, pids: both, isSwept: false }),
      ],
      { rounds, seconds, warmUpSeconds: 4, engines: pids, load: tally.load },
    );
    await requireCount(server, "VALID", { answered: tally.foundOf(server.port, valid) + tally.foundOf(nginx.port, guarded), inDoubt: 0 });
    const ratio = ratioOf(measured);
    return {
      figures: [
        { what: "throughput, nginx with forward-auth ÷ nginx alone", value: ratio("perSecond", names.guarded, names.open), unit: "×", atLeast: 0.28 },
        { what: "CPU of nginx with Keywright ÷ of nginx alone", value: ratio("serverMicros", names.guarded, names.open), unit: "×" },
      ],
      table: toTable(measured),
      versions: { ...versions, nginx: version },
    };
  });

const callsOf = (path: string, keys: readonly string[]): Calls => ({ path, method: "GET", headers: {}, bodyHeader: "x-api-key", bodies: keys });

interface Gateway {
  readonly port: number;
  readonly folder: string;
  readonly server: KeywrightServer;
}

const gateway = ({ port, folder, server }: Gateway): string => `
  upstream keywright {
    server 127.0.0.1:${server.port};
    keepalive 64;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location = /open { alias ${folder}/open; }
    location = /guarded { auth_request /keywright; alias ${folder}/guarded; }
    location = /keywright {
      internal;
      proxy_pass http://keywright/api/v1/forward-auth?scopes=send_email&deny=403;
      proxy_http_version 1.1;
      proxy_pass_request_body off;
      proxy_set_header Connection "";
      proxy_set_header Content-Length "";
      proxy_set_header X-Forwarded-Method $request_method;
      proxy_set_header X-Forwarded-Uri $uri;
      proxy_set_header X-Keywright-Root-Key ${server.rootKey};
    }
  }`;
