import { once } from "node:events";
import { type AddressInfo, connect, type Server } from "node:net";

/** The port that a server listens on from now on. */
export const portOf = async (server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

/** A request as it goes over the wire, headers in the order and the case given. */
export interface RawRequest {
  readonly method?: string;
  readonly url: string;
  readonly version?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export const requestText = ({ method = "GET", url, version = "1.1", headers = [], body = "" }: RawRequest): string =>
  `${method} ${url} HTTP/${version}\r\nHost: x\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;

/** All that comes back over one connection, until the server ends it. */
export const exchange = async (port: number, text: string): Promise<string> => {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let answer = "";
  socket.on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, "close");
  return answer;
};
