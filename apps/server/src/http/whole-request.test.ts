import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portOf } from "../testing/raw-http.ts";
import { WholeRequest } from "./whole-request.ts";

/** `/taken…` has its body taken, any other path reads the stream; both answer what they have got. */
const server = createServer({ IncomingMessage: WholeRequest }, (request, response) => {
  if (request.url?.startsWith("/taken") !== true) {
    void read(request).then((body) => answer(response, `read ${body}`));
    return;
  }
  request.takeBody((body) => {
    taken.push(request.url);
    answer(response, `taken ${body.toString()}`);
  });
});
const taken: (string | undefined)[] = [];

const read = async (request: WholeRequest): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const answer = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { "content-length": text.length });
  response.end(text);
};

const post = (path: string, body: string, headers = ""): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;

describe("a request whose body can be had whole", () => {
  let port: number;
  beforeAll(async () => {
    port = await portOf(server);
  });
  afterAll(() => {
    server.close();
  });

  /** Sends pieces over one connection, each once the one before has left, and answers all that comes back until the server ends. */
  const exchange = async (pieces: readonly string[]): Promise<readonly string[]> => {
    const socket = connect(port, "127.0.0.1").setNoDelay();
    let text = "";
    socket.on("data", (data: Buffer) => {
      text += data.toString();
    });
    for (const piece of pieces) {
      await new Promise((sent) => socket.write(piece, sent));
      await new Promise(setImmediate);
    }
    await once(socket, "close");
    return [...text.matchAll(/\r\n\r\n((?:taken|read) [^H]*)/g)].map(([, body]) => body ?? "");
  };
  const last = "connection: close\r\n";

  it("brings it in one call, however many pieces it came in", async () => {
    const [head = "", tail = ""] = [post("/taken", "0123456789", last).slice(0, -8), "23456789"];
    expect(await exchange([head, ...tail])).toEqual(["taken 0123456789"]);
  });

  it("takes chunked and empty ones as well", async () => {
    const chunked = `POST /taken HTTP/1.1\r\nhost: x\r\n${last}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`;
    expect(await exchange([post("/taken", ""), chunked])).toEqual(["taken ", "taken abcde"]);
  });

  it("answers one after the other on a connection, taken and read, sent together or not", async () => {
    const requests = ["/taken/1", "/read/1", "/taken/2", "/taken/3", "/read/2"].map((path) => post(path, path));
    const answers = ["taken /taken/1", "read /read/1", "taken /taken/2", "taken /taken/3", "read /read/2", "taken end"];
    expect(await exchange([...requests, post("/taken", "end", last)])).toEqual(answers);
    expect(await exchange([requests.join("") + post("/taken", "end", last)])).toEqual(answers);
  });

  it("serves a connection for a thousand requests without keeping any of them", async () => {
    const many = Array.from({ length: 1_000 }, (_, number) => post("/taken", String(number)));
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.name);
    process.on("warning", warn);
    const answers = await exchange([...many, post("/taken", "end", last)]);
    process.off("warning", warn);
    expect([answers.length, answers[999], warnings]).toEqual([1_001, "taken 999", []]);
  });

  it("calls nobody where the client hangs up in the middle, and goes on", async () => {
    const closed = new Promise((resolve) => server.once("connection", (serverSide) => serverSide.once("close", resolve)));
    connect(port, "127.0.0.1").end("POST /taken/half HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");
    await closed;
    expect(await exchange([post("/taken", "after", last)])).toEqual(["taken after"]);
    expect(taken).not.toContain("/taken/half");
  });

  it("lets go of it when it has answered", async () => {
    const idle = connect(port, "127.0.0.1");
    const serverSide = new Promise<Socket & { parser?: { incoming: unknown } }>((resolve) => server.once("connection", resolve));
    idle.write(post("/taken", "once"));
    await once(idle, "data");
    const { parser } = await serverSide;
    expect(parser?.incoming).toBeNull();
    idle.destroy();
  });
});
