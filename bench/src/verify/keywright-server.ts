import type { Calls } from "../load/plan.ts";
import type { Filling } from "../servers/fill-keys.ts";
import { type Engines, type Installation, install } from "../servers/installation.ts";
import { type ServerProcess, startServer } from "../servers/server-process.ts";

/** A running Keywright with keys in it. */
export interface KeywrightServer extends Pick<Installation, "keys" | "rootKey" | "env"> {
  readonly port: number;
  readonly pid: number;
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

/** Limits that refuse nobody, but are counted for everybody. */
const generous = { limit: 1_000_000, windowSeconds: 1 } as const;
export const tenThousandKeys: Filling = { keys: 10_000, tenants: 100, rateLimit: generous, poolLimit: { limit: 10_000_000, windowSeconds: 1 } };

interface Options extends Engines {
  readonly filling: Filling;
  readonly env?: Readonly<Record<string, string>>;
}

export const startKeywright = async ({ filling, env, ...engines }: Options): Promise<KeywrightServer> => {
  const installation = await install(engines, filling);
  const process = await startServer({ env: { ...installation.env, ...env }, core: "server" });
  return {
    ...serverOf(installation, process),
    stop: async () => {
      await process.stop();
      await installation.remove();
    },
  };
};

/** A process of an installation that others may have processes of as well. */
export const serverOf = (installation: Installation, process: ServerProcess): KeywrightServer => ({
  ...installation,
  port: Number(new URL(process.base).port),
  pid: process.pid,
  process,
  stop: () => process.stop(),
});

const platformHeaders = (server: Pick<KeywrightServer, "rootKey">) => ({ authorization: `Bearer ${server.rootKey}` });

/** One verification a request, over all keys. */
export const verifyCalls = (server: Pick<KeywrightServer, "rootKey">, keys: readonly string[]): Calls => ({
  path: "/api/v1/verify",
  headers: platformHeaders(server),
  bodies: keys.map((key) => JSON.stringify({ key, scopes: ["send_email"] })),
});

export const batchSize = 32;

/** Thirty-two verifications a request, over all keys. */
export const batchCalls = (server: Pick<KeywrightServer, "rootKey">, keys: readonly string[]): Calls => ({
  path: "/api/v1/verify/batch",
  headers: platformHeaders(server),
  bodies: Array.from({ length: Math.ceil(keys.length / batchSize) }, (_, batch) =>
    JSON.stringify({ requests: keys.slice(batch * batchSize, (batch + 1) * batchSize).map((key) => ({ key, scopes: ["send_email"] })) }),
  ).filter((_, batch) => (batch + 1) * batchSize <= keys.length),
});
