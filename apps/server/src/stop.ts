import { Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/*
 * A graceful stop: connections are drained, requests under way answered, counts brought home; together under the ten seconds that service
 * managers give before they kill.
 */
const drainDeadlineMs = 1_000;
const answerDeadlineMs = 4_500;
const closeDeadlineMs = 4_000;
const lookEveryMs = 20;
const deliveryDeadlineMs = 1_000;

export const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });

/** Stops taking requests, and answers those that are here. */
export const stopAnswering = async (app: FastifyInstance): Promise<void> => {
  await drain(app);
  await within(answerDeadlineMs, app.close());
  app.server.closeAllConnections();
};

/** Waits for work that ends the process, but no longer: what hangs does not hold it. */
export const finish = (work: Promise<unknown>): Promise<void> => within(closeDeadlineMs, work);

/** Waits for deliveries to webhooks that are under way, but not for a target that hangs: what is cut off here is sent again by another process, or after the next start. */
export const finishDeliveries = (idle: Promise<void>): Promise<void> => within(deliveryDeadlineMs, idle);

/**
 * Takes no new connection, and ends each that is open with the answer to its next request: a connection that were closed while it is idle
 * may be one that a client is just sending a request over.
 */
const drain = async ({ server }: FastifyInstance): Promise<void> => {
  server.prependListener("request", (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // The HTTP server's own `close` would end idle connections at once.
  Server.prototype.close.call(server);
  const endMs = performance.now() + drainDeadlineMs;
  while (performance.now() < endMs && (await countConnections(server)) > 0) await pause(lookEveryMs);
};

const countConnections = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.getConnections((error, count) => resolve(error === null ? count : 0));
  });

/** Waits for the work, but no longer: a client that never ends its request does not hold the process. */
const within = async (deadlineMs: number, work: Promise<unknown>): Promise<void> => {
  const late: { timer?: NodeJS.Timeout } = {};
  const deadline = new Promise<void>((resolve) => {
    late.timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(late.timer);
};
