import { once } from "node:events";
import { createServer } from "node:http";

/** A cluster's TokenReview, the one question that Vault asks of Kubernetes: is this a service account's token? */
export interface TokenReviews {
  readonly address: string;
  /** The tokens asked about, in their order. */
  readonly asked: readonly string[];
  /** A token of a service account, as the cluster would write it into the pod's file. */
  issue(account: ServiceAccount): string;
  stop(): Promise<void>;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const startTokenReviews = async (): Promise<TokenReviews> => {
  const issued = new Map<string, ServiceAccount>();
  const asked: string[] = [];
  const review = (token: string): unknown => {
    asked.push(token);
    const account = issued.get(token);
    const user = account && { username: `system:serviceaccount:${account.namespace}:${account.name}`, uid: "uid-1", groups: [] };
    return {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      status: user === undefined ? { authenticated: false } : { authenticated: true, user },
    };
  };
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const { spec } = JSON.parse(text) as { readonly spec: { readonly token: string } };
      response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(review(spec.token)));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("The reviews have no port.");
  return {
    address: `http://127.0.0.1:${at.port}`,
    asked,
    issue: (account) => {
      const claims = {
        iss: "https://kubernetes.default.svc",
        sub: `system:serviceaccount:${account.namespace}:${account.name}`,
        nbf: 1_700_000_000,
        iat: 1_700_000_000,
        exp: 4_102_444_800,
        jti: String(issued.size),
        "kubernetes.io": { namespace: account.namespace, serviceaccount: { name: account.name, uid: "uid-1" } },
      };
      // Nobody looks at the signature: that is what the review is for.
      const token = [encode({ alg: "RS256", typ: "JWT" }), encode(claims), Buffer.alloc(256).toString("base64url")].join(".");
      issued.set(token, account);
      return token;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
