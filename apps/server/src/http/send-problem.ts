import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { type Problem, problemOf } from "./problem.ts";

/** Bytes of a body that is too large that are read to their end, so that the client reads the answer instead of a broken connection. */
const maxDrainedBytes = 8 * 1024 * 1024;

/** Answers an error as its problem, and logs it: the cause only of what is our fault. */
export const sendProblem = (logger: Logger, exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply }, error: unknown): FastifyReply => {
  const { request, reply } = exchange;
  const problem = logAsProblem(logger, request, error);
  if (problem.code === "BODY_TOO_LARGE") drain(request, reply);
  return reply.code(problem.status).headers(problem.headers).send(JSON.stringify(problem.body));
};

/** Logs an error as the problem that it is; for whoever answers it in another form. */
export const logAsProblem = (logger: Logger, request: FastifyRequest, error: unknown): Problem => {
  const problem = problemOf(error, request.id);
  logProblem(logger, { id: request.id, method: request.method, path: pathOf(request) }, { code: problem.code, status: problem.status, error });
  return problem;
};

interface Failure {
  readonly code: string;
  readonly status: number;
  readonly error: unknown;
}

interface Asked {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

export const logProblem = (logger: Logger, { id, method, path }: Asked, { code, status, error }: Failure): void => {
  const line = { request_id: id, method, path, status, code };
  if (status >= 500) logger.error({ ...line, err: error }, "request failed");
  else logger.info(line, "request refused");
};

/** The route's template, or the path as it came: never the query string. */
const pathOf = (request: FastifyRequest): string => request.routeOptions.url ?? request.raw.url?.split("?", 1)[0]?.slice(0, 200) ?? "";

/** Closing at once would reset the connection while the client still writes: it would never see the answer. */
const drain = ({ raw }: FastifyRequest, reply: FastifyReply): void => {
  const state = { bytes: 0 };
  reply.removeHeader("connection");
  raw.on("data", (chunk: Buffer) => {
    state.bytes += chunk.length;
    if (state.bytes > maxDrainedBytes) raw.destroy();
  });
  raw.resume();
};
