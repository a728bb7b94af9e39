import type { IncomingMessage } from "node:http";
import { type Authenticated, type Credential, type OutsiderRequest, Secret } from "@keywright/core";
import type { Authenticator } from "./authenticate.ts";
import { countCredentials, parseBearer, readCredential } from "./credential.ts";
import { type EmbedAuthenticator, embedderHeader, readEmbedToken } from "./embed-token.ts";
import { readSingle } from "./header.ts";

/** Who calls by another system's token, and may they? Core's `authorizeOutsider` with its engine. */
export type OutsiderAuthenticator = (request: OutsiderRequest) => Promise<Authenticated>;

/** RFC 7519 section 3, in the compact form: three parts with dots between. No key has a dot. */
const jsonWebToken = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

const maxTokenLength = 8_192;

interface CallerDeps {
  readonly authenticate: Authenticator;
  /** Absent: tokens of other systems are not taken, and are as bad as any key that is none. */
  readonly authenticateOutsider?: OutsiderAuthenticator;
  /** Absent: tokens of embed sessions are not taken here. */
  readonly authenticateEmbedded?: EmbedAuthenticator;
}

type Sent = Pick<IncomingMessage, "headers" | "rawHeaders">;

/** Who calls, by a key, or by another system's token or an embed session's where those are taken. */
export const callerOf =
  ({ authenticate, authenticateOutsider, authenticateEmbedded }: CallerDeps) =>
  async (request: Sent, asked: Omit<Credential, "secret">): Promise<Authenticated> => {
    const { permission, ip, requestId } = asked;
    const token = authenticateOutsider && readOutsideToken(request);
    if (authenticateOutsider && token) return authenticateOutsider({ token, permission, ip, requestId });
    const embedToken = authenticateEmbedded && readEmbedToken(request);
    if (authenticateEmbedded && embedToken)
      return authenticateEmbedded({ token: embedToken, embedder: readSingle(request.headers, embedderHeader), permission, ip, requestId });
    return authenticate({ ...asked, secret: readCredential(request) });
  };

/** The token, where it is the one credential that was sent; all else is for `readCredential` to take or to refuse. */
const readOutsideToken = ({ headers, rawHeaders }: Sent): Secret | undefined => {
  const { authorization } = headers;
  if (authorization === undefined || authorization.length > maxTokenLength + "Bearer ".length || countCredentials(rawHeaders) !== 1) return undefined;
  const text = parseBearer(authorization);
  return text !== undefined && jsonWebToken.test(text) ? new Secret(text) : undefined;
};
