import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { portOf } from "../testing/raw-http.ts";
import { sendWhole } from "./send-whole.ts";

const texts: Readonly<Record<string, string | undefined>> = {
  "/plain": '{"valid":true}',
  "/wide": '{"name":"Zoë 🗝 \u2028"}',
  "/empty": "",
  "/long": "ä".repeat(3_000_000),
};

/** Lists of pieces that were handed to the system; a lone piece goes another way. */
let lists = 0;

/** Answers `/slow` only once another request of its connection is there, which then has no socket yet. */
const waiting: (() => void)[] = [];
const server = createServer(({ url = "", socket }, response) => {
  const writeList = socket._writev?.bind(socket);
  socket._writev = (chunks, done) => {
    lists += 1;
    writeList?.(chunks, done);
  };
  const send = (): void => sendWhole(response, { status: 200, headers: ["x-path", url], text: texts[url] });
  if (url === "/slow") {
    waiting.push(send);
    return;
  }
  send();
  for (const answer of waiting.splice(0)) answer();
});

describe("a reply that is sent whole", () => {
  let port: number;
  beforeAll(async () => {
    port = await portOf(server);
  });
  afterAll(() => {
    server.close();
  });
  beforeEach(() => {
    lists = 0;
  });

  const ask = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { path: response.headers.get("x-path"), length: response.headers.get("content-length"), text: await response.text() };
  };

  it.each(["/plain", "/wide", "/empty", "/long"])("brings the text and its length in bytes: %s", async (path) => {
    const text = texts[path] ?? "";
    expect(await ask(path)).toEqual({ path, length: String(Buffer.byteLength(text)), text });
  });

  it("goes to the system as one piece", async () => {
    await ask("/plain");
    await ask("/wide");
    expect(lists).toBe(0);
  });

  it("has no body where there is none, nor for HEAD", async () => {
    expect(await ask("/none")).toEqual({ path: "/none", length: "0", text: "" });
    expect(await ask("/plain", "HEAD")).toEqual({ path: "/plain", length: "14", text: "" });
  });

  it("waits for the replies before it on its connection, and leaves the connection open", async () => {
    const socket = connect(port, "127.0.0.1");
    const asked = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
    socket.write(asked("/slow") + asked("/plain") + asked("/wide", "connection: close\r\n"));
    let text = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    await once(socket, "close");
    expect([...text.matchAll(/x-path: (\S+)/g)].map(([, path]) => path)).toEqual(["/slow", "/plain", "/wide"]);
    expect(text).toContain(texts["/wide"]);
  });

  it("says nothing to a client that has gone", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => waiting.length).toBe(1);
    socket.destroy();
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBeLessThan(2);
    expect(await ask("/plain")).toMatchObject({ text: texts["/plain"] });
    expect(waiting).toHaveLength(0);
  });
});
