import type { FastifyReply, FastifyRequest } from "fastify";
import type { PageFile } from "./load-pages.ts";

/** Everything comes from here and nothing is written into the page as text; what a script may make of text is what it shows, never code. */
const policyWithin = (ancestors: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

const headersWithin = (ancestors: string) => ({
  "content-security-policy": policyWithin(ancestors),
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
});

/** Of a page that stands by itself. */
export const pageHeaders = headersWithin("'none'");

/** Of a page that pages of these origins may show inside themselves, and no others. */
export const framedHeaders = (origins: readonly string[]) => headersWithin(origins.join(" "));

export const sendFile = (request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply => {
  reply.headers({ "cache-control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache", etag: file.etag, vary: "accept-encoding" });
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  reply.type(file.type);
  const accepted = request.headers["accept-encoding"] ?? "";
  if (file.br !== undefined && /\bbr\b/.test(accepted)) return reply.header("content-encoding", "br").send(file.br);
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) return reply.header("content-encoding", "gzip").send(file.gzip);
  return reply.send(file.plain);
};
