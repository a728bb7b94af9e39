import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export interface IssuerKey {
  readonly alg: string;
  readonly publicKey: JWK;
  /** A token of this issuer's that this key signs. */
  sign(payload: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** A key pair, and the public key as a key set has it. */
export const newIssuerKey = async (alg: string, kid: string | undefined): Promise<IssuerKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === undefined ? {} : { kid };
  return {
    alg,
    publicKey: { ...(await exportJWK(publicKey)), alg, use: "sig", ...named },
    sign: (payload, header = {}) => new SignJWT(payload).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey),
  };
};

export interface TokenIssuer {
  /** The address of the key set. */
  readonly url: string;
  /** How often the keys were read. */
  readonly reads: () => number;
  /** Publishes these keys, or answers as a test wants it. */
  publish(answer: readonly IssuerKey[] | ((response: ServerResponse) => void)): void;
  close(): Promise<void>;
}

/** A server of a key set. */
export const startTokenIssuer = async (keys: readonly IssuerKey[]): Promise<TokenIssuer> => {
  const state: { answer: Parameters<TokenIssuer["publish"]>[0]; reads: number } = { answer: keys, reads: 0 };
  const server = createServer((_request, response) => {
    state.reads++;
    if (typeof state.answer === "function") return state.answer(response);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: state.answer.map(({ publicKey }) => publicKey) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    reads: () => state.reads,
    publish: (answer) => {
      state.answer = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
