import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reply } from "./keywright-process.ts";

/** A webhook as it arrived. */
export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: Reply["json"];
}

export interface Receiver {
  /** Path → what it is answered; 200 where nothing is said. */
  readonly answers: Record<string, RequestListener>;
  readonly arrivals: readonly Arrival[];
  url(path: string): string;
  at(path: string): readonly Arrival[];
  close(): void;
}

/** A server that keeps what is posted to it. */
export const openReceiver = async (): Promise<Receiver> => {
  const arrivals: Arrival[] = [];
  const answers: Record<string, RequestListener> = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const path = request.url ?? "";
      arrivals.push({ path, headers: request.headers, body, event: JSON.parse(body) });
      const answer = answers[path];
      if (answer === undefined) response.end();
      else answer(request, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    answers,
    arrivals,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    at: (wanted) => arrivals.filter(({ path }) => path === wanted),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
