import { AppError } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashSource } from "../docs/page.ts";
import { createPagesLoader } from "./load-pages.ts";
import { mountEmbed } from "./mount-embed.ts";
import { pageHeaders, sendFile } from "./send-file.ts";

const base = "/dashboard";
/** Where the links in mails lead. What stands behind the `#` of a link goes along with the browser, which tells the server nothing of it. */
const mailedPaths = ["/sign-in", "/invitations/accept", "/reset-password", "/verify-email"] as const;

export const pagesPaths: readonly string[] = ["/", base, `${base}/*`, ...mailedPaths];

interface PagesDeps {
  /** Where the built pages are. */
  readonly pagesFolder: string;
  /** Origins of pages that may show the pages of keys inside themselves. */
  readonly embedOrigins: readonly string[];
}

/**
 * The dashboard: files that never change by their name, and for every other path the one page, which finds out by itself what to show. It needs no
 * credential: what it shows, it asks of the API.
 */
export const mountPages = (app: FastifyInstance, { pagesFolder, embedOrigins }: PagesDeps): void => {
  const load = createPagesLoader(pagesFolder);
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const pages = await load();
    const name = pathOf(request).slice(base.length + 1);
    const file = pages.get(name);
    if (file !== undefined) return sendFile(request, reply, file);
    // A script that is gone is not the page: a browser would take the answer for one.
    if (name.startsWith("assets/")) throw new AppError("NO_SUCH_ENDPOINT");
    const index = pages.get("index.html");
    return index === undefined ? sendMissing(reply) : sendFile(request, reply.headers(pageHeaders).header("x-frame-options", "DENY"), index);
  };
  for (const path of mailedPaths) app.get(path, (_request, reply) => reply.redirect(base + path));
  app.get("/", (_request, reply) => reply.redirect(base));
  app.get(base, serve);
  app.get(`${base}/*`, serve);
  mountEmbed(app, { load, embedOrigins });
};

const pathOf = ({ raw }: FastifyRequest): string => raw.url?.split("?", 1)[0] ?? "";

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
