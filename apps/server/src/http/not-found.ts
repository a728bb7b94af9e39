import { endpointIds, endpoints } from "@keywright/contract";
import { AppError } from "@keywright/core";
import type { FastifyReply, FastifyRequest } from "fastify";

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

interface Row {
  readonly method: string;
  readonly path: string;
}

/** Every path that takes some methods only, with those: the table's, and what is beside it. */
const knownPaths = (others: readonly Row[]): readonly KnownPath[] => {
  const rows: readonly Row[] = [...endpointIds.map((id) => endpoints[id]), ...others];
  const paths = [...new Set(rows.map(({ path }) => path))];
  return paths.map((path) => ({
    pattern: new RegExp(
      `^${path
        .replaceAll(".", "\\.")
        .replace(/\{\w+\}/g, "[^/]+")
        .replace(/\*$/, ".*")}$`,
    ),
    methods: rows.filter((row) => row.path === path).flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])),
  }));
};

/** 405 with `Allow` where the path is known, 404 where it is not. */
export const createNotFound = (others: readonly Row[]) => {
  const known = knownPaths(others);
  return (request: FastifyRequest, reply: FastifyReply): never => {
    const path = request.raw.url?.split("?", 1)[0] ?? "";
    const found = known.find(({ pattern }) => pattern.test(path));
    if (found === undefined) throw new AppError("NO_SUCH_ENDPOINT");
    const allowed = found.methods.join(", ");
    reply.header("allow", allowed);
    throw new AppError("METHOD_NOT_ALLOWED", { detail: `This path takes ${allowed}.` });
  };
};
