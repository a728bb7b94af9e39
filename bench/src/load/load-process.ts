import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { answerEnd, createCounter, hasStatus } from "./answers.ts";
import type { Calls, LoadOrder, LoadResult } from "./plan.ts";
import { type Requests, requestsOf } from "./requests.ts";

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
  /** How often the expected text stands in an answer. */
  readonly count: (bytes: Buffer, end: number) => number;
  readonly requests: Requests;
  /** The number of the next request to send; undefined: the load is over. */
  readonly next: () => number | undefined;
}

const judge = ({ expected, tally, count }: Run, bytes: Buffer, end: number): void => {
  tally.requests += 1;
  const found = count(bytes, end);
  tally.found += found;
  if (found > 0 && hasStatus(bytes, expected.status)) return;
  if (hasStatus(bytes, 503)) {
    tally.unavailable += 1;
    return;
  }
  tally.wrong += 1;
  tally.firstWrong ??= bytes.toString("latin1", 0, Math.min(end, 600));
};

/** How often a request is sent again while a load only prepares, and how long after. */
const resends = { most: 5, afterMs: 500 } as const;

/** What a connection has been sent and not yet looked at: read into one buffer, for a new one each time would be a fifth of what the load costs. */
interface Inbox {
  bytes: Buffer;
  filled: number;
}

const inboxBytes = 16_384;

/** Where the next bytes go. */
const roomOf = (inbox: Inbox): Buffer => {
  if (inbox.bytes.length - inbox.filled < inboxBytes / 4) inbox.bytes = Buffer.concat([inbox.bytes], inbox.bytes.length * 2);
  return inbox.bytes.subarray(inbox.filled);
};

const drop = (inbox: Inbox, end: number): void => {
  if (end < inbox.filled) inbox.bytes.copyWithin(0, end, inbox.filled);
  inbox.filled -= end;
};

/** One connection, until the time is over: a closed loop on a raw socket, because Node's HTTP client costs more than the servers that are measured. */
const loop = (run: Run): Promise<void> =>
  new Promise((resolve, reject) => {
    const inbox: Inbox = { bytes: Buffer.alloc(inboxBytes), filled: 0 };
    const onread = {
      buffer: () => roomOf(inbox),
      callback: (count: number): boolean => {
        inbox.filled += count;
        receive();
        return true;
      },
    };
    const socket: Socket = connect({ port: run.port, host: "127.0.0.1", noDelay: true, onread });
    let sentMs = 0;
    let sent: number | undefined;
    let resent = 0;
    const requestOf = run.requests.writer();
    const write = (number: number): void => {
      sent = number;
      sentMs = performance.now();
      socket.write(requestOf(number));
    };
    const send = (): void => {
      const number = run.next();
      resent = 0;
      if (number !== undefined) {
        write(number);
        return;
      }
      socket.destroy();
      resolve();
    };
    const sendAgain = (number: number): void => {
      resent += 1;
      run.tally.resent += 1;
      setTimeout(() => write(number), resends.afterMs);
    };
    const receive = (): void => {
      const end = answerEnd(inbox.bytes, inbox.filled);
      if (end === 0) return;
      if (run.isPreparing && sent !== undefined && resent < resends.most && hasStatus(inbox.bytes, 503)) {
        drop(inbox, end);
        sendAgain(sent);
        return;
      }
      run.tally.latenciesMs.push(performance.now() - sentMs);
      judge(run, inbox.bytes, end);
      drop(inbox, end);
      send();
    };
    socket.once("connect", send);
    socket.once("error", reject);
    socket.once("end", () => {
      const rest = inbox.bytes.toString("latin1", 0, Math.min(inbox.filled, 300));
      reject(new Error(`The server closed a connection${rest === "" ? "" : ` after ${rest}`}.`));
    });
  });

const percentile = (sorted: Float64Array, part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

const inOrder = ({ count }: Requests) => {
  const state = { next: 0 };
  return (): number | undefined => {
    state.next += 1;
    return state.next <= count ? state.next - 1 : undefined;
  };
};

const atRandom =
  ({ count }: Requests, endMs: number) =>
  (): number | undefined =>
    performance.now() < endMs ? Math.floor(Math.random() * count) : undefined;

const load = async (order: LoadOrder): Promise<LoadResult> => {
  const requests = requestsOf(JSON.parse(readFileSync(order.callsFile, "utf8")) as Calls);
  const startedMs = performance.now();
  const tally: Tally = { requests: 0, wrong: 0, unavailable: 0, resent: 0, found: 0, firstWrong: undefined, latenciesMs: [] };
  const count = createCounter(order.expected.text);
  const run: Run = {
    ...order,
    tally,
    count,
    requests,
    next: order.seconds === undefined ? inOrder(requests) : atRandom(requests, startedMs + order.seconds * 1_000),
  };
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
