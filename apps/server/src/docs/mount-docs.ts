import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createErrorsPage, type Page } from "./errors-page.ts";
import { createOpenApi } from "./openapi.ts";
import { createReferenceLoader } from "./reference-page.ts";

const documentPath = "/openapi.json";
const scriptPath = "/docs/reference.js";
export const docsPaths: readonly string[] = [documentPath, "/docs", "/docs/", "/docs/errors", scriptPath];

/** `/openapi.json`, and what people read of it. None of it needs a credential: it is the same for every installation. */
export const mountDocs = (app: FastifyInstance, { version }: { readonly version: string }): void => {
  const state: { document: string | undefined } = { document: undefined };
  app.get(documentPath, (_request, reply) => {
    state.document ??= JSON.stringify(createOpenApi({ version }));
    return reply.type("application/json; charset=utf-8").send(state.document);
  });
  const errorsPage = createErrorsPage();
  app.get("/docs/errors", (_request, reply) => sendPage(reply, errorsPage));
  const loadReference = createReferenceLoader({ documentPath, scriptPath });
  for (const path of ["/docs", "/docs/"]) app.get(path, async (_request, reply) => sendPage(reply, (await loadReference()).page));
  app.get(scriptPath, async (request, reply) => sendScript(request, reply, (await loadReference()).script));
};

const sendPage = (reply: FastifyReply, { html, policy }: Page): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("content-security-policy", policy).send(html);

interface Script {
  readonly gzipped: Buffer;
  readonly plain: string;
  readonly etag: string;
}

/** The script is large and changes only with the release: kept by browsers, and asked for again by its tag. */
const sendScript = (request: FastifyRequest, reply: FastifyReply, { gzipped, plain, etag }: Script): FastifyReply => {
  reply.headers({ "cache-control": "public, no-cache", etag, vary: "accept-encoding" }).type("text/javascript; charset=utf-8");
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  return takesGzip ? reply.header("content-encoding", "gzip").send(gzipped) : reply.send(plain);
};
