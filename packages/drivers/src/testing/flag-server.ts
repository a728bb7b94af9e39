import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What is answered to a question: by the tenant, undefined for a question without one. */
export type FlagRule = (tenantId: string | undefined, flag: string) => { readonly status: number; readonly body: string } | "never";

/** An answer as flagd gives it. */
export const says = (flag: string, value: boolean): { readonly status: number; readonly body: string } => ({
  status: 200,
  body: JSON.stringify({ key: flag, value, reason: "STATIC", variant: value ? "on" : "off", metadata: {} }),
});

export interface FlagServer {
  readonly url: string;
  /** Questions so far. */
  readonly asked: () => number;
  readonly setRule: (rule: FlagRule) => void;
  close(): Promise<void>;
}

/** A server of the OpenFeature Remote Evaluation Protocol, whose answers are the test's. */
export const startFlagServer = async (first: FlagRule): Promise<FlagServer> => {
  const state = { rule: first, asked: 0 };
  const server = createServer((request, response) => {
    state.asked++;
    answer(state.rule, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => state.asked,
    setRule: (rule) => {
      state.rule = rule;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (rule: FlagRule, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { context } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly context: { readonly targetingKey?: string } };
  const flag = /^\/ofrep\/v1\/evaluate\/flags\/([^/]+)$/.exec(request.url ?? "")?.[1];
  if (request.method !== "POST" || flag === undefined) {
    response.writeHead(405).end("this is no question");
    return;
  }
  const reply = rule(context.targetingKey, flag);
  if (reply !== "never") response.writeHead(reply.status, { "content-type": "application/json" }).end(reply.body);
};
