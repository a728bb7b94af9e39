import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK, JWTPayload } from "jose";
import { decodeJwt } from "jose";
import Provider from "oidc-provider";

export const clientId = "keywright";
export const clientSecret = "the client's secret at the provider";

/** What a user's provider tells of them, by their name there. */
type Users = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Puts another ID token in the place of the one that the provider gives. */
type Forge = (payload: JWTPayload) => Promise<string>;

export interface SignInProvider {
  readonly issuer: string;
  /** The provider, from now on, with these keys; the first one signs. */
  serve(options: { readonly keys: readonly JWK[]; readonly users: Users; readonly returnAddress: string }): void;
  /** From the next sign-in on; undefined: as it is. */
  forge(forge: Forge | undefined): void;
  /** Takes connections and says nothing. */
  hang(): void;
  close(): Promise<void>;
}

/** An OpenID provider on this machine, with its own pages for signing in and for consent. */
export const startSignInProvider = async (): Promise<SignInProvider> => {
  const state: { answer: RequestListener; forge: Forge | undefined } = { answer: () => {}, forge: undefined };
  const server: Server = createServer((request, response) => state.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    serve: ({ keys, users, returnAddress }) => {
      const provider = newProvider(issuer, { keys, users, returnAddress });
      provider.use(async (context, next) => {
        await next();
        const { body } = context as { body?: { id_token?: string } };
        if (state.forge !== undefined && typeof body?.id_token === "string") context.body = { ...body, id_token: await state.forge(decodeJwt(body.id_token)) };
      });
      const answer = provider.callback();
      state.answer = (request, response) => void answer(request, response).catch(() => response.destroy());
    },
    forge: (forge) => {
      state.forge = forge;
    },
    hang: () => {
      state.answer = () => {};
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const newProvider = (issuer: string, { keys, users, returnAddress }: Parameters<SignInProvider["serve"]>[0]): Provider =>
  new Provider(issuer, {
    jwks: { keys: [...keys] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [returnAddress],
        id_token_signed_response_alg: "ES256",
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub", "tenant_id", "roles"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...users[id] }) }),
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["of the test"] },
  });
