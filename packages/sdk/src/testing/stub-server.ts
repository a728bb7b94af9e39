import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (request: Recorded, response: ServerResponse) => void;

export interface StubServer {
  readonly base: string;
  readonly requests: readonly Recorded[];
  /** How many were opened to it. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** A server that records what it is asked and answers as the test says. */
export const startStub = async (answer: Answer): Promise<StubServer> => {
  const requests: Recorded[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const recorded = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
      requests.push(recorded);
      answer(recorded, response);
    });
  });
  const opened = { count: 0 };
  server.on("connection", () => {
    opened.count++;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    base: `http://127.0.0.1:${address.port}`,
    requests,
    connections: () => opened.count,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" }).end(JSON.stringify(body));
};
