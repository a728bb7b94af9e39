import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import Fastify from "fastify";
import { loadOnce } from "../load-once.ts";
import { hashSource, type Page } from "./page.ts";

/** The API reference: a page, and the one script that it loads. */
export interface Reference {
  readonly page: Page;
  readonly script: { readonly gzipped: Buffer; readonly plain: Buffer; readonly etag: string };
}

interface ReferenceOptions {
  readonly documentPath: string;
  readonly scriptPath: string;
}

/**
 * Loads the reference on its first view and not before: the module alone takes 30 MB and a quarter of a second, which a server whose docs
 * nobody reads should not pay.
 */
export const createReferenceLoader = (options: ReferenceOptions): (() => Promise<Reference>) => loadOnce(() => loadReference(options));

const loadReference = async ({ documentPath, scriptPath }: ReferenceOptions): Promise<Reference> => {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const inner = Fastify();
  await inner.register(scalar, { routePrefix: "/docs", configuration: { ...configuration, url: documentPath, cdn: scriptPath } });
  const [page, script] = [await inner.inject("/docs/"), await inner.inject("/docs/js/scalar.js")];
  await inner.close();
  const gzipped = await promisify(gzip)(script.rawPayload);
  const etag = `"${createHash("sha256").update(script.rawPayload).digest("base64url")}"`;
  const html = page.body.replace("<body>", () => `<body>${withoutScripts}`);
  return { page: { html, policy: policyFor(html) }, script: { gzipped, plain: script.rawPayload, etag } };
};

/** The reference is drawn by its script; without it, this is what there is. */
const withoutScripts = `<noscript><p>This page is drawn by a script. Without one: <a href="/docs/permissions#by-endpoint">every call and who may make it</a>,
<a href="/docs/errors">errors and verdicts</a>, the <a href="/openapi.json">OpenAPI document</a>, and <a href="/docs">all guides</a>.</p></noscript>`;

/** Nothing leaves the page: no fonts, no telemetry, no agent, no client of its own. */
const configuration = {
  pageTitle: "Keywright API",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  hideClientButton: true,
  hiddenClients: true,
  showDeveloperTools: "never",
  mcp: { disabled: true },
} as const;

const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** Scripts of our own origin, and the page's own inline one by its hash; styles are written by the script at run time. */
const policyFor = (html: string): string => {
  const hashes = [...html.matchAll(inlineScript)].map(([, text]) => hashSource(text ?? ""));
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
};
