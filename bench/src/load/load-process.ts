import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { Calls, LoadOrder, LoadResult } from "./plan.ts";

/**
 * A load of its own process: a closed loop on raw sockets, because Node's HTTP client costs more than the servers that are measured. It
 * reads just as much HTTP as they write: a status line, a content-length or chunks, a body.
 */
const requestsOf = ({ path, method = "POST", headers, bodyHeader, bodies }: Calls): readonly Buffer[] => {
  const lines = Object.entries({ host: "127.0.0.1", connection: "keep-alive", ...(method === "POST" && { "content-type": "application/json" }), ...headers });
  const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`;
  const ends = (body: string): string => {
    if (method === "POST") return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return bodyHeader === undefined ? "\r\n" : `${bodyHeader}: ${body}\r\n\r\n`;
  };
  return bodies.map((body) => Buffer.from(head + ends(body)));
};

interface Tally {
  requests: number;
  wrong: number;
  unavailable: number;
  resent: number;
  found: number;
  firstWrong: string | undefined;
  readonly latenciesMs: number[];
}

interface Run extends LoadOrder {
  readonly tally: Tally;
  /** The next request to send; undefined: the load is over. */
  readonly next: () => Buffer | undefined;
}

/** The end of the first whole answer in the text; 0 where it has not all come. */
const answerEnd = (text: string): number => {
  const bodyAt = text.indexOf("\r\n\r\n") + 4;
  if (bodyAt < 4) return 0;
  const lengthAt = text.indexOf("content-length: ");
  const named = lengthAt < 0 ? text.indexOf("Content-Length: ") : lengthAt;
  if (named < 0 || named > bodyAt) return endWithoutLength(text, bodyAt);
  const end = bodyAt + Number.parseInt(text.slice(named + 16), 10);
  return text.length >= end ? end : 0;
};

/** No body, or one in chunks, of which the last is empty. */
const endWithoutLength = (text: string, bodyAt: number): number => {
  if (Number.parseInt(text.slice(9, 12), 10) === 204) return bodyAt;
  const lastAt = text.indexOf("\r\n0\r\n\r\n", bodyAt);
  return lastAt < 0 ? 0 : lastAt + 7;
};

const countOf = (text: string, part: string): number => {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
};

const judge = ({ expected, tally }: Run, answer: string): void => {
  tally.requests += 1;
  const found = countOf(answer, expected.text);
  tally.found += found;
  if (found > 0 && answer.startsWith(`HTTP/1.1 ${expected.status} `)) return;
  if (answer.startsWith("HTTP/1.1 503 ")) {
    tally.unavailable += 1;
    return;
  }
  tally.wrong += 1;
  tally.firstWrong ??= answer.slice(0, 600);
};

/** How often a request is sent again while a load only prepares, and how long after. */
const resends = { most: 5, afterMs: 500 } as const;

/** One connection, until the time is over. */
const loop = (run: Run): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect(run.port, "127.0.0.1");
    socket.setNoDelay(true);
    let text = "";
    let sentMs = 0;
    let sent: Buffer | undefined;
    let resent = 0;
    const write = (request: Buffer): void => {
      sent = request;
      sentMs = performance.now();
      socket.write(request);
    };
    const send = (): void => {
      const request = run.next();
      resent = 0;
      if (request !== undefined) {
        write(request);
        return;
      }
      socket.destroy();
      resolve();
    };
    const sendAgain = (request: Buffer): void => {
      resent += 1;
      run.tally.resent += 1;
      setTimeout(() => write(request), resends.afterMs);
    };
    socket.once("connect", send);
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const end = answerEnd(text);
      if (end === 0) return;
      if (run.isPreparing && sent !== undefined && resent < resends.most && text.startsWith("HTTP/1.1 503 ")) {
        text = text.slice(end);
        sendAgain(sent);
        return;
      }
      run.tally.latenciesMs.push(performance.now() - sentMs);
      judge(run, text.slice(0, end));
      text = text.slice(end);
      send();
    });
    socket.once("error", reject);
    socket.once("end", () => reject(new Error(`The server closed a connection${text === "" ? "" : ` after ${text.slice(0, 300)}`}.`)));
  });

const percentile = (sorted: Float64Array, part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

const inOrder = (requests: readonly Buffer[]) => {
  const state = { next: 0 };
  return (): Buffer | undefined => {
    state.next += 1;
    return requests[state.next - 1];
  };
};

const atRandom = (requests: readonly Buffer[], endMs: number) => (): Buffer | undefined =>
  performance.now() < endMs ? requests[Math.floor(Math.random() * requests.length)] : undefined;

const load = async (order: LoadOrder): Promise<LoadResult> => {
  const requests = requestsOf(JSON.parse(readFileSync(order.callsFile, "utf8")) as Calls);
  const startedMs = performance.now();
  const tally: Tally = { requests: 0, wrong: 0, unavailable: 0, resent: 0, found: 0, firstWrong: undefined, latenciesMs: [] };
  const run: Run = { ...order, tally, next: order.seconds === undefined ? inOrder(requests) : atRandom(requests, startedMs + order.seconds * 1_000) };
  await Promise.all(Array.from({ length: order.connections }, () => loop(run)));
  const sorted = Float64Array.from(tally.latenciesMs).sort();
  return {
    requests: tally.requests,
    wrong: tally.wrong,
    unavailable: tally.unavailable,
    resent: tally.resent,
    found: tally.found,
    firstWrong: tally.firstWrong,
    seconds: (performance.now() - startedMs) / 1_000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    p999Ms: percentile(sorted, 0.999),
  };
};

console.log(JSON.stringify(await load(JSON.parse(process.argv[2] ?? "{}") as LoadOrder)));
