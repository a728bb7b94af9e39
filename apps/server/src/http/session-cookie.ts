import type { IncomingHttpHeaders } from "node:http";
import { invalidField } from "@keywright/core";

/** What a session's cookie is called, behind `__Secure-` where it goes by TLS alone. */
const sessionCookie = /(?:^|;\s*)(?:__Secure-)?keywright\.session_token=/;

/** Cookies of other services on the same host come along; more than this is meant to cost us something. */
const maxCookieLength = 8_192;

/** The `Cookie` header where no other credential is sent and a session's cookie is in it; undefined otherwise. */
export const readSessionCookie = ({ authorization, cookie, "x-api-key": apiKey }: IncomingHttpHeaders): string | undefined =>
  authorization === undefined && apiKey === undefined && cookie !== undefined && sessionCookie.test(cookie) ? bounded(cookie) : undefined;

/** The `Cookie` header, of a size that is looked at. */
export const readCookie = ({ cookie }: IncomingHttpHeaders): string | undefined => (cookie === undefined ? undefined : bounded(cookie));

const bounded = (cookie: string): string => {
  if (cookie.length > maxCookieLength) throw invalidField("/headers/cookie", `must have at most ${maxCookieLength} characters`);
  return cookie;
};
