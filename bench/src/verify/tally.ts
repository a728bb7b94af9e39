import { setTimeout } from "node:timers/promises";
import { createClient } from "@keywright/sdk";
import { load } from "../load/load.ts";
import type { LoadOrder, LoadResult } from "../load/plan.ts";
import type { KeywrightServer } from "./keywright-server.ts";

type CountedCode = "VALID" | "RATE_LIMITED";

/** What loads were answered, to be compared with what Keywright has counted: a count that is off ends a benchmark as a wrong verdict does. */
export interface Tally {
  readonly load: (order: LoadOrder) => Promise<LoadResult>;
  /** Answers that were as expected, so far. */
  foundOf(port: number, expected: LoadOrder["expected"]): number;
  /** Rejects where the store has other counts of these answers than were given by these servers of one installation. */
  requireCounted(servers: readonly [KeywrightServer, ...KeywrightServer[]], code: CountedCode, expected: LoadOrder["expected"]): Promise<void>;
}

/** A process that was not asked brings its counts to the store by itself, every few seconds. */
const longestDeliveryMs = 120_000;
const pauseMs = 1_000;

export const createTally = (): Tally => {
  const found = new Map<string, number>();
  const doubts = new Map<number, number>();
  const nameOf = (port: number, { text }: LoadOrder["expected"]): string => `${port} ${text}`;
  const foundOf: Tally["foundOf"] = (port, expected) => found.get(nameOf(port, expected)) ?? 0;
  return {
    load: async (order) => {
      const result = await load(order);
      const name = nameOf(order.port, order.expected);
      found.set(name, (found.get(name) ?? 0) + result.found);
      doubts.set(order.port, (doubts.get(order.port) ?? 0) + result.unavailable + result.resent);
      return result;
    },
    foundOf,
    requireCounted: (servers, code, expected) =>
      requireCount(servers[0], code, {
        answered: servers.reduce((sum, { port }) => sum + foundOf(port, expected), 0),
        inDoubt: servers.reduce((sum, { port }) => sum + (doubts.get(port) ?? 0), 0),
      }),
  };
};

interface Answered {
  readonly answered: number;
  /** Requests that were answered 503: an engine that was too late may have counted them all the same. */
  readonly inDoubt: number;
}

/** Rejects where other than so many verifications of tenants' keys are counted. */
export const requireCount = async (server: KeywrightServer, code: CountedCode, { answered, inDoubt }: Answered): Promise<void> => {
  const deadlineMs = performance.now() + longestDeliveryMs;
  let counted = await countOf(server, code);
  for (; counted < answered && performance.now() < deadlineMs; counted = await countOf(server, code)) await setTimeout(pauseMs);
  if (counted < answered || counted > answered + inDoubt)
    throw new Error(`${answered} requests were answered ${code} and ${inDoubt} of any kind 503, but ${counted} are counted.`);
  console.error(`${answered} requests were answered ${code}, ${inDoubt} of any kind 503, and ${counted} are counted`);
};

/** Verifications of tenants' keys; what proved the caller is counted under the path that it called. */
const countOf = async (server: KeywrightServer, code: CountedCode): Promise<number> => {
  const client = createClient({ baseUrl: server.process.base, credential: server.rootKey, timeoutMs: longestDeliveryMs });
  const { endpoints } = await client.call("get-usage", { query: { code } });
  return endpoints.filter(({ endpoint }) => !endpoint.includes("/api/v1/")).reduce((sum, { requests }) => sum + requests, 0);
};
