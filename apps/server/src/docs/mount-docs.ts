import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { loadOnce } from "../load-once.ts";
import { createOpenApi } from "./openapi.ts";
import type { Page } from "./page.ts";
import { createReferenceLoader } from "./reference-page.ts";
import type { Asset } from "./site/load-site.ts";

const documentPath = "/openapi.json";
const scriptPath = "/docs/reference.js";
const base = "/docs";
export const docsPaths: readonly string[] = [documentPath, base, `${base}/*`];

interface DocsDeps {
  readonly version: string;
  /** Where the guides are, laid out as in the repository. */
  readonly guidesFolder: string;
}

/** `/openapi.json`, the API's reference, and the guides. None of it needs a credential: it is the same for every installation. */
export const mountDocs = (app: FastifyInstance, { version, guidesFolder }: DocsDeps): void => {
  const state: { document: string | undefined } = { document: undefined };
  app.get(documentPath, (_request, reply) => {
    state.document ??= JSON.stringify(createOpenApi({ version }));
    return reply.type("application/json; charset=utf-8").send(state.document);
  });
  mountReference(app);
  mountGuides(app, guidesFolder);
};

const mountReference = (app: FastifyInstance): void => {
  const load = createReferenceLoader({ documentPath, scriptPath });
  app.get(`${base}/api`, async (_request, reply) => sendPage(reply, (await load()).page));
  app.get(scriptPath, async (request, reply) => {
    const { gzipped, plain, etag } = (await load()).script;
    return sendAsset(request, reply, { type: "text/javascript; charset=utf-8", policy: undefined, gzipped, plain, etag });
  });
};

/** Made on the first visit and not before, as the reference is: a server whose docs nobody reads pays nothing for them. */
const mountGuides = (app: FastifyInstance, folder: string): void => {
  const load = loadOnce(
    async () => (await import("./site/load-site.ts")).loadSite(folder),
    ({ assets }) => assets.size > 0,
  );
  app.get(`${base}/search`, async (request, reply) => sendPage(reply, (await load()).search(queryOf(request))));
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const site = await load();
    const path = pathOf(request);
    const asset = site.assets.get(path);
    if (asset !== undefined) return sendAsset(request, reply, asset);
    const proper = path.replace(/(?:\/|\/README\.md|\.md|\.html)$/, "");
    if (proper !== path && (site.assets.has(proper) || proper === `${base}/api`)) return reply.redirect(proper, 301);
    return sendPage(reply.code(404), site.missing(path));
  };
  app.get(base, serve);
  app.get(`${base}/*`, serve);
};

const pathOf = ({ raw }: FastifyRequest): string => raw.url?.split("?", 1)[0] ?? "";
const queryOf = ({ raw }: FastifyRequest): string => new URLSearchParams(raw.url?.split("?").slice(1).join("?")).get("q") ?? "";

const sendPage = (reply: FastifyReply, { html, policy }: Page): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("content-security-policy", policy).send(html);

/** What changes only with the release: kept by browsers, and asked for again by its tag. */
const sendAsset = (request: FastifyRequest, reply: FastifyReply, { type, policy, gzipped, plain, etag }: Asset): FastifyReply => {
  reply.headers({ "cache-control": "public, no-cache", etag, vary: "accept-encoding" }).type(type);
  if (policy !== undefined) reply.header("content-security-policy", policy);
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  return takesGzip ? reply.header("content-encoding", "gzip").send(gzipped) : reply.send(plain);
};
