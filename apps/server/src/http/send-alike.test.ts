import { once } from "node:events";
import { createServer, ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { portOf } from "../testing/raw-http.ts";
import { headerLines } from "./header-lines.ts";
import { replyText } from "./reply-text.ts";
import { createAlikeSender } from "./send-alike.ts";

const texts: Readonly<Record<string, string>> = {
  "/plain": '{"valid":true}',
  "/wide": '{"name":"Zoë 🗝 \u2028"}',
  "/empty": "",
  "/long": "ä".repeat(3_000_000),
};

let sendAlike = createAlikeSender(["cache-control", "no-store"]);
let asked = 0;
let finished = 0;
/** Answers `/slow` only once another request of its connection is there, which then has no socket yet. */
const waiting: (() => void)[] = [];
const server = createServer((request, response) => {
  asked += 1;
  const id = `req_${asked}_of_many`;
  response.on("finish", () => {
    finished += 1;
  });
  const { url = "" } = request;
  if (url === "/twice") response.setHeader("x-same", id);
  const lines = url === "/own" ? headerLines({ "x-own": `of ${asked}: 100 %`, "x-empty": "" }) : "";
  const send = (): void => sendAlike(response, id, { ...replyText(texts[url] ?? id), lines });
  if (url === "/slow") {
    waiting.push(send);
    return;
  }
  send();
  for (const answer of waiting.splice(0)) answer();
});

/** How many heads Node has written since. */
const writeHead = vi.spyOn(ServerResponse.prototype, "writeHead");

describe("replies that are alike", () => {
  let port: number;
  beforeAll(async () => {
    port = await portOf(server);
  });
  afterAll(() => {
    server.close();
    writeHead.mockRestore();
  });
  afterEach(() => {
    // The next test begins without a head.
    sendAlike = createAlikeSender(["cache-control", "no-store"]);
    writeHead.mockClear();
  });

  /** What comes back for a request in raw, until the connection ends or nothing more is expected. */
  const raw = async (request: string, isAll: (text: string) => boolean): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    socket.write(request);
    await vi.waitFor(() => expect(isAll(text)).toBe(true));
    socket.destroy();
    return text;
  };
  const asking = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const headers: Partial<Record<"date" | "connection" | "content-length" | "x-same" | "x-request-id", string>> = Object.fromEntries(response.headers);
    return { headers, text: await response.text() };
  };

  it("have the head that Node writes but for their id and their length, and Node writes one of many", async () => {
    const replies = await Promise.all(Array.from({ length: 40 }, () => raw(asking("/id"), (text) => /_many$/.test(text))));
    // The second may be over meanwhile, once.
    expect(writeHead.mock.calls.length).toBeLessThanOrEqual(2);
    expect(writeHead.mock.calls.length).toBeGreaterThan(0);
    const ids = replies.map((reply) => /x-request-id: (\S+)\r\n/.exec(reply)?.[1] ?? "");
    expect(new Set(ids).size).toBe(40);
    const alike = replies.map((reply, index) => reply.replaceAll(ids[index] ?? "-", "ID").replace(/(Date|content-length): [^\r]+/g, "$1"));
    expect(new Set(alike).size).toBe(1);
    for (const reply of replies) {
      const [head = "", body = ""] = reply.split("\r\n\r\n");
      expect(head).toContain(`content-length: ${body.length}\r\n`);
      expect(head).toContain("cache-control: no-store\r\n");
      expect(head).toContain("Connection: keep-alive\r\nKeep-Alive: timeout=5");
    }
  });

  it.each(["/plain", "/wide", "/empty", "/long"])("bring their text and its length in bytes: %s", async (path) => {
    const text = texts[path] ?? "";
    const before = finished;
    for (let time = 0; time < 3; time++) {
      const reply = await ask(path);
      expect([reply.headers["content-length"], reply.text]).toEqual([String(Buffer.byteLength(text)), text]);
    }
    expect(writeHead.mock.calls.length).toBeLessThan(3);
    await vi.waitFor(() => expect(finished - before).toBe(3));
  });

  it("have headers of their own, in the place where Node has put them", async () => {
    const replies = [];
    for (let time = 0; time < 5; time++) replies.push(await raw(asking("/own"), (text) => /_many$/.test(text)));
    const alike = replies.map((reply) => reply.replace(/req_\d+_of_many|of \d+|(?<=Date: )[^\r]+/g, "?"));
    expect(new Set(alike).size).toBe(1);
    expect(alike[0]).toContain("\r\nx-own: ?: 100 %\r\nx-empty: \r\ncontent-length: ");
    expect(new Set(replies.map((reply) => /x-own: (.*)/.exec(reply)?.[1])).size).toBe(5);
    expect(writeHead.mock.calls.length).toBeLessThan(4);
    // Those of one are not the next one's.
    expect((await raw(asking("/id"), (text) => /_many$/.test(text))).includes("x-own")).toBe(false);
  });

  it("say the date of their second", async () => {
    const first = (await ask("/id")).headers.date;
    await vi.waitFor(
      async () => {
        const { date } = (await ask("/id")).headers;
        expect(date).not.toBe(first);
        expect(Math.abs(Date.now() - Date.parse(date ?? ""))).toBeLessThan(2_000);
      },
      { timeout: 5_000, interval: 20 },
    );
    // One a second, and those that Node writes with the date that is just over.
    expect(writeHead.mock.calls.length).toBeLessThan(6);
  });

  it("end the connection where the client asked for it, and keep an old client's where it did", async () => {
    await ask("/id");
    const closed = await raw(asking("/plain", "connection: close\r\n"), (text) => text.endsWith("}"));
    expect(closed).toContain("Connection: close\r\n");
    const old = await raw("GET /plain HTTP/1.0\r\n\r\n", (text) => text.endsWith("}"));
    expect(old).toContain("Connection: close\r\n");
    const kept = await raw("GET /plain HTTP/1.0\r\nconnection: keep-alive\r\n\r\n".repeat(2), (text) => text.split("HTTP/1.1 ").length === 3);
    expect(kept).toContain("Connection: keep-alive\r\n");
    // A head that ends its connection is nobody else's.
    sendAlike = createAlikeSender([]);
    await raw(asking("/plain", "connection: close\r\n"), (text) => text.endsWith("}"));
    expect((await ask("/plain")).headers.connection).toBe("keep-alive");
  });

  it("wait for the replies before them on their connection", async () => {
    await ask("/id");
    const socket = connect(port, "127.0.0.1");
    socket.write(asking("/slow") + asking("/plain") + asking("/wide", "connection: close\r\n"));
    let text = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    await once(socket, "close");
    const bodies = text.split(/HTTP\/1\.1 200 OK\r\n/).map((reply) => reply.split("\r\n\r\n")[1]);
    expect(bodies.slice(1)).toEqual([expect.stringMatching(/^req_/), texts["/plain"], texts["/wide"]]);
  });

  it("say nothing to a client that has gone", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(asking("/slow"));
    await expect.poll(() => waiting.length).toBe(1);
    const connections = (): Promise<number> => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    const before = await connections();
    socket.destroy();
    await expect.poll(connections).toBeLessThan(before);
    expect((await ask("/plain")).text).toBe(texts["/plain"]);
    expect(waiting).toHaveLength(0);
  });

  it("have Node write each head where it cannot be told where the id stands", async () => {
    for (let time = 0; time < 3; time++) {
      const { headers, text } = await ask("/twice");
      expect([headers["x-same"], headers["x-request-id"]]).toEqual([text, text]);
    }
    expect(writeHead).toHaveBeenCalledTimes(3);
  });
});
