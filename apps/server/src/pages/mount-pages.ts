import { AppError } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashSource } from "../docs/page.ts";
import { createPagesLoader, type PageFile } from "./load-pages.ts";

const base = "/dashboard";
/** Where the links in mails lead. What stands behind the `#` of a link goes along with the browser, which tells the server nothing of it. */
const mailedPaths = ["/sign-in", "/invitations/accept", "/reset-password", "/verify-email"] as const;

export const pagesPaths: readonly string[] = ["/", base, `${base}/*`, ...mailedPaths];

interface PagesDeps {
  /** Where the built pages are. */
  readonly pagesFolder: string;
}

/**
 * The dashboard: files that never change by their name, and for every other path the one page, which finds out by itself what to show. It needs no
 * credential: what it shows, it asks of the API.
 */
export const mountPages = (app: FastifyInstance, { pagesFolder }: PagesDeps): void => {
  const load = createPagesLoader(pagesFolder);
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const pages = await load();
    const name = pathOf(request).slice(base.length + 1);
    const file = pages.get(name);
    if (file !== undefined) return sendFile(request, reply, file);
    // A script that is gone is not the page: a browser would take the answer for one.
    if (name.startsWith("assets/")) throw new AppError("NO_SUCH_ENDPOINT");
    const index = pages.get("index.html");
    return index === undefined ? sendMissing(reply) : sendFile(request, reply.headers(pageHeaders), index);
  };
  for (const path of mailedPaths) app.get(path, (_request, reply) => reply.redirect(base + path));
  app.get("/", (_request, reply) => reply.redirect(base));
  app.get(base, serve);
  app.get(`${base}/*`, serve);
};

const pathOf = ({ raw }: FastifyRequest): string => raw.url?.split("?", 1)[0] ?? "";

/** Everything comes from here and nothing is written into the page as text; what a script may make of text is what it shows, never code. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const pageHeaders = {
  "content-security-policy": policy,
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
} as const;

const sendFile = (request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply => {
  reply.headers({ "cache-control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache", etag: file.etag, vary: "accept-encoding" });
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  reply.type(file.type);
  const accepted = request.headers["accept-encoding"] ?? "";
  if (file.br !== undefined && /\bbr\b/.test(accepted)) return reply.header("content-encoding", "br").send(file.br);
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) return reply.header("content-encoding", "gzip").send(file.gzip);
  return reply.send(file.plain);
};

const style = "body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:36rem;padding:0 1rem;color-scheme:light dark}";
const missing = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Keywright</title><style>${style}</style></head>
<body><main><h1>The pages are not here</h1><p>This server was started without the built dashboard. In a checkout, <code>npm run build</code> builds it;
then load this page again. The API works all the same: see <a href="/docs/api">its reference</a>.</p></main></body>
</html>
`;

const sendMissing = (reply: FastifyReply): FastifyReply =>
  reply
    .code(404)
    .header("content-security-policy", `default-src 'none'; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
    .type("text/html; charset=utf-8")
    .send(missing);
