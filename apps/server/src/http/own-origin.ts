import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@keywright/core";
import { readSingle } from "./header.ts";

/** Refuses a change that another site's page has a browser send with our cookie. */
export type RequireOwnOrigin = (request: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders }) => void;

const reading: readonly string[] = ["GET", "HEAD"];

/**
 * By what only a browser itself writes: `Sec-Fetch-Site`, and `Origin` in older ones. Where nothing says how people reach Keywright, our own
 * origin is the host that they have asked for: a cookie comes along to no other.
 */
export const createRequireOwnOrigin = ({ publicUrl }: { readonly publicUrl: string | undefined }): RequireOwnOrigin => {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  const isOwn = (origin: string, host: string | undefined): boolean => (own === undefined ? host !== undefined && hostOf(origin) === host : origin === own);
  return ({ method = "", headers }) => {
    if (reading.includes(method)) return;
    const site = readSingle(headers, "sec-fetch-site");
    const { origin, host } = headers;
    const isOurs = site === undefined ? origin !== undefined && isOwn(origin, host) : site === "same-origin";
    if (!isOurs || (origin !== undefined && !isOwn(origin, host))) throw new AppError("CROSS_SITE_REQUEST");
  };
};

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
