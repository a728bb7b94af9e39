import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "jose";
import { exportJWK, generateKeyPair, importJWK } from "jose";
import Provider from "oidc-provider";

/** A key pair as an OpenID provider keeps it. */
export const newSigningKey = async (kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256", use: "sig" };
};

/** Signs as the provider that has this key. */
export const signingKeyOf = (key: JWK) => importJWK(key, "ES256");

export interface TokenProvider {
  readonly issuer: string;
  /** A token that the provider signs for a user, with what it tells of them, for the audience. */
  tokenFor(user: string, audience: string): Promise<string>;
  close(): Promise<void>;
}

interface ProviderOptions {
  readonly keys: readonly JWK[];
  /** User → the claims of their tokens. */
  readonly users: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly port?: number;
}

/** A whole OpenID provider that signs JWTs (RFC 9068) for those who call by client credentials; each user is a client of its own. */
export const startTokenProvider = async ({ keys, users, port = 0 }: ProviderOptions): Promise<TokenProvider> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [...keys] },
    clients: Object.keys(users).map((user) => ({
      client_id: user,
      client_secret: `secret of ${user}`,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_post" as const,
      id_token_signed_response_alg: "ES256" as const,
    })),
    extraTokenClaims: (_context, token) => ("clientId" in token && token.clientId !== undefined ? { ...users[token.clientId] } : {}),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: "",
          audience: resource,
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    issuer,
    tokenFor: async (user, audience) => {
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: user, client_secret: `secret of ${user}`, resource: audience });
      const reply = await fetch(`${issuer}/token`, { method: "POST", body, headers: { connection: "close" } });
      const { access_token: token } = (await reply.json()) as { readonly access_token?: string };
      if (token === undefined) throw new Error(`The provider gave no token: ${reply.status}.`);
      return token;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
