import type { IncomingMessage } from "node:http";
import { type Authenticated, type EmbeddedRequest, isEmbedToken, Secret } from "@keywright/core";
import { countCredentials, parseBearer } from "./credential.ts";

/** Who calls from inside a page of another product, and may they? Core's `authorizeEmbedded` with its engine. */
export type EmbedAuthenticator = (request: EmbeddedRequest) => Promise<Authenticated>;

/** In which a frame names the origin of the page around it. No page can write that for it: a browser tells the frame whose message it was. */
export const embedderHeader = "x-keywright-embedder";

/** The token, where it is the one credential that was sent; all else is for others to take or to refuse. */
export const readEmbedToken = ({ headers, rawHeaders }: Pick<IncomingMessage, "headers" | "rawHeaders">): Secret | undefined => {
  const { authorization } = headers;
  if (authorization === undefined || authorization.length > 128 || countCredentials(rawHeaders) !== 1) return undefined;
  const text = parseBearer(authorization);
  return text !== undefined && isEmbedToken(text) ? new Secret(text) : undefined;
};
