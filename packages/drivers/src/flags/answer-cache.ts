import { oldestFirst, type Stopwatch } from "@keywright/core";

interface AnswerCacheOptions {
  readonly stopwatch: Pick<Stopwatch, "elapsedMs">;
  /** How long an answer is known. */
  readonly freshMs: number;
  readonly maxAnswers: number;
}

/** Answers that are known for a while. The one that was set first gives way to one too many. */
export const createAnswerCache = <T>({ stopwatch, freshMs, maxAnswers }: AnswerCacheOptions) => {
  const answers = new Map<string, { readonly value: T; readonly untilMs: number }>();
  const nextOldest = oldestFirst(answers);
  return {
    get: (key: string): T | undefined => {
      const answer = answers.get(key);
      return answer !== undefined && stopwatch.elapsedMs() < answer.untilMs ? answer.value : undefined;
    },
    set: (key: string, value: T): void => {
      answers.delete(key);
      if (answers.size >= maxAnswers) answers.delete(nextOldest()?.[0] ?? "");
      answers.set(key, { value, untilMs: stopwatch.elapsedMs() + freshMs });
    },
  };
};
