import { Unavailable } from "@keywright/core";

/** Answers all of them, in their order. */
type Read<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

interface Options {
  /** Questions that one read answers at most. */
  readonly maxTogether?: number;
  /** Reads that are under way at once at most. */
  readonly maxUnderWay?: number;
  /** Questions that may wait; the next one is refused. */
  readonly maxWaiting?: number;
  /** How long a question may wait before its read begins. */
  readonly deadlineMs?: number;
}

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly sinceMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const defaults = { maxTogether: 64, maxUnderWay: 2, maxWaiting: 10_000, deadlineMs: 1_000 };

/**
 * Has questions of one turn of the event loop, and those that come while as many reads as may be are under way, answered by one read. It begins after they were
 * asked. Where the engine is away, all that wait are refused with the read that found it out: each of them would wait for the same.
 */
export const gatherReads = <Question, Answer>(read: Read<Question, Answer>, options: Options = {}): ((question: Question) => Promise<Answer>) => {
  const { maxTogether, maxUnderWay, maxWaiting, deadlineMs } = { ...defaults, ...options };
  const state = { waiting: [] as Asked<Question, Answer>[], underWay: 0, isScheduled: false };

  const refuse = (asked: readonly Asked<Question, Answer>[], error: unknown): void => {
    for (const { reject } of asked) reject(error);
  };
  const refuseLate = (): void => {
    const startedMs = performance.now() - deadlineMs;
    const inTime = state.waiting.findIndex(({ sinceMs }) => sinceMs >= startedMs);
    const late = state.waiting.splice(0, inTime < 0 ? state.waiting.length : inTime);
    refuse(late, new Unavailable("store", new Error(`No read began within ${deadlineMs} ms.`)));
  };
  const answer = async (asked: readonly Asked<Question, Answer>[]): Promise<void> => {
    try {
      const answers = await read(asked.map(({ question }) => question));
      asked.forEach(({ resolve }, place) => {
        // There are as many answers as questions.
        resolve(answers[place] as Answer);
      });
    } catch (error) {
      refuse(asked, error);
      if (error instanceof Unavailable) refuse(state.waiting.splice(0), error);
    }
    state.underWay -= 1;
    send();
  };
  const send = (): void => {
    if (state.waiting.length > 0) refuseLate();
    while (state.waiting.length > 0 && state.underWay < maxUnderWay) {
      state.underWay += 1;
      void answer(state.waiting.splice(0, maxTogether));
    }
  };
  const endTurn = (): void => {
    state.isScheduled = false;
    send();
  };
  return (question) => {
    if (state.waiting.length >= maxWaiting) return Promise.reject(new Unavailable("store", new Error("Too many reads wait.")));
    return new Promise((resolve, reject) => {
      state.waiting.push({ question, sinceMs: performance.now(), resolve, reject });
      if (state.isScheduled) return;
      state.isScheduled = true;
      setImmediate(endTurn);
    });
  };
};
