import { setTimeout } from "node:timers/promises";
import type { Keywright } from "./keywright-process.ts";

/** What an answer must be that was asked for after a change's answer had arrived; `either`: a change is under way. */
export type Expectation = "valid" | "refused" | "either";

interface Phase {
  readonly expects: Expectation;
  readonly beganMs: number;
  /** How many of its requests each process has answered. */
  readonly answered: number[];
  readonly onAnswer: () => void;
  readonly allAnswered: Promise<void>;
}

/** What was seen of all answers so far. */
export interface Seen {
  /** Answers of 200, by verdict. */
  readonly codes: Record<string, number>;
  /** Accepted, although asked for after the answer of what forbids it. */
  stale: number;
  /** Refused, although asked for after the answer of what allows it; not counting what was not answered 200. */
  readonly wronglyRefused: string[];
  /** Answered 503, by what the process says. */
  unavailable: number;
  /** Answered 503 without `Retry-After`, or with any other status. */
  readonly odd: string[];
  /** Asked, and the connection ended. */
  unanswered: number;
  /** The longest time that one verifier of a key that is valid went from one acceptance to the next. */
  longestGapMs: number;
  /** The longest time from a request to its answer of 200. */
  longestAnswerMs: number;
}

export interface Verifiers {
  readonly seen: Seen;
  /** From now on: what they ask, and what the answers must be. */
  begin(expects: Expectation, body?: object): void;
  /** A new phase of the same kind. */
  again(): void;
  /** Resolves when every process has answered 200 to some requests that were made in this phase; at once where nobody asks any more. */
  allAnswered(): Promise<void>;
  stop(): Promise<Seen>;
}

export interface VerifiersOptions {
  readonly servers: readonly Keywright[];
  readonly rootKey: string;
  /** How many verify, divided among the servers. */
  readonly count: number;
  /** How long each rests between an answer and its next request; left out: not at all. Fifty that never rest are all that a small machine does. */
  readonly restMs?: number;
  readonly body: object;
}

const answerDeadlineMs = 60_000;

/** Requests of a phase that every process must have answered, so that the phase may end. */
export const enough = 8;

/** Clients that verify one key again and again. A request is judged by the phase that it was asked in, if that still lasts when it is answered. */
export const startVerifiers = ({ servers, rootKey, count, restMs, body: first }: VerifiersOptions): Verifiers => {
  const seen: Seen = { codes: {}, stale: 0, wronglyRefused: [], unavailable: 0, odd: [], unanswered: 0, longestGapMs: 0, longestAnswerMs: 0 };
  const state = { phase: newPhase("either", servers.length), body: first, isStopped: false };

  const ask = async (server: Keywright, verifier: Verifier): Promise<void> => {
    const { phase, body } = state;
    const askedMs = performance.now();
    const reply = await server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body }).catch(() => undefined);
    const isDone = note(seen, reply);
    if (isDone) seen.longestAnswerMs = Math.max(seen.longestAnswerMs, performance.now() - askedMs);
    if (phase === state.phase) judge(seen, phase, { verifier, verdict: isDone ? reply?.json : undefined });
    if (reply?.json?.valid === true) verifier.acceptedMs = performance.now();
  };
  const run = async (number: number): Promise<void> => {
    const server = servers[number % servers.length];
    const verifier = { process: number % servers.length, acceptedMs: 0 };
    while (!state.isStopped && server !== undefined) {
      await ask(server, verifier);
      if (restMs !== undefined) await setTimeout(restMs);
    }
  };
  const runs = Promise.all(Array.from({ length: count }, (_, number) => run(number)));
  return {
    seen,
    begin: (expects, body = state.body) => {
      state.body = body;
      state.phase = newPhase(expects, servers.length);
    },
    again: () => {
      state.phase = newPhase(state.phase.expects, servers.length);
    },
    allAnswered: async () => {
      if (state.isStopped) return;
      await inTime(state.phase.allAnswered, () => `${state.phase.answered} requests were answered: ${JSON.stringify(seen)}`);
    },
    stop: async () => {
      state.isStopped = true;
      await runs;
      return seen;
    },
  };
};

const newPhase = (expects: Expectation, processes: number): Phase => {
  const answered = Array.from({ length: processes }, () => 0);
  const end: { resolve: () => void } = { resolve: () => {} };
  const allAnswered = new Promise<void>((resolve) => {
    end.resolve = resolve;
  });
  const onAnswer = (): void => {
    if (answered.every((count) => count >= enough)) end.resolve();
  };
  return { expects, beganMs: performance.now(), answered, onAnswer, allAnswered };
};

/** Whether it is a verdict. */
const note = (seen: Seen, reply: Awaited<ReturnType<Keywright["call"]>> | undefined): boolean => {
  if (reply === undefined) {
    seen.unanswered += 1;
    return false;
  }
  const { status, headers, json } = reply;
  if (status === 200) {
    seen.codes[json.code] = (seen.codes[json.code] ?? 0) + 1;
    return true;
  }
  if (status === 503 && /^[1-9]\d*$/.test(headers["retry-after"] ?? "")) seen.unavailable += 1;
  else seen.odd.push(`${status} ${reply.text.slice(0, 200)}`);
  return false;
};

interface Verifier {
  readonly process: number;
  acceptedMs: number;
}

interface Answer {
  readonly verifier: Verifier;
  /** undefined: there was none. */
  readonly verdict: { readonly valid: boolean; readonly code: string } | undefined;
}

const judge = (seen: Seen, phase: Phase, { verifier, verdict }: Answer): void => {
  const { expects } = phase;
  if (expects === "valid") seen.longestGapMs = Math.max(seen.longestGapMs, performance.now() - Math.max(verifier.acceptedMs, phase.beganMs));
  if (verdict === undefined) return;
  if (expects === "refused" && verdict.valid) seen.stale += 1;
  if (expects === "valid" && !verdict.valid) seen.wronglyRefused.push(verdict.code);
  phase.answered[verifier.process] = (phase.answered[verifier.process] ?? 0) + 1;
  phase.onAnswer();
};

const inTime = async (work: Promise<void>, what: () => string): Promise<void> => {
  const over = new AbortController();
  const late = setTimeout(answerDeadlineMs, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`Within ${answerDeadlineMs} ms only ${what()}`);
    },
    () => {},
  );
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
};
