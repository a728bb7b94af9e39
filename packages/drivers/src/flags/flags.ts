import { randomUUID } from "node:crypto";
import type { FlagName, Flags, Stopwatch } from "@keywright/core";
import { NOOP_PROVIDER, OpenFeature } from "@openfeature/server-sdk";
import { createAnswerCache } from "./answer-cache.ts";
import { type Answer, createQuestions } from "./questions.ts";
import { createProvider, type FlagSource } from "./source.ts";

/** What becomes of the source; told when it changes, not with every question. */
export type FlagEvent = { readonly type: "answers" } | { readonly type: "failed"; readonly reason: string };

export interface FlagsOptions {
  readonly source: FlagSource;
  /** What holds where the source says nothing, and with the environment as the source, always. */
  readonly defaults: Readonly<Record<FlagName, boolean>>;
  readonly stopwatch: Pick<Stopwatch, "elapsedMs">;
  readonly onEvent?: (event: FlagEvent) => void;
  /** How long a question may take; 250 ms where left out. */
  readonly deadlineMs?: number;
}

export type OpenFlags = Flags & {
  /** `ok`, or one sentence of what is wrong; asks the source. */
  health(): Promise<string>;
  /** Ends what the source holds open. */
  close(): Promise<void>;
};

const defaultDeadlineMs = 250;
/** How long an answer serves: so long may a change take until it is in force. */
const freshMs = 2_000;
const maxAnswers = 10_000;
/** A source that failed is left alone for so long, so that requests do not wait for it one after the other. */
const pauseMs = 1_000;
/** Questions under way at once; whoever comes on top is answered by the default. */
const maxUnderWay = 256;

/** Flags by way of OpenFeature, with a deadline, a bounded memory of answers, and the defaults where the source fails. */
export const openFlags = async (options: FlagsOptions): Promise<OpenFlags> => {
  const { source, defaults, stopwatch, onEvent = () => {}, deadlineMs = defaultDeadlineMs } = options;
  // OpenFeature keeps one provider a name, for the whole process.
  const domain = `keywright-${randomUUID()}`;
  await OpenFeature.setProviderAndWait(domain, await createProvider(source, { defaults, deadlineMs }));
  const askInTime = createQuestions({ client: OpenFeature.getClient(domain), defaults, deadlineMs });
  const answers = createAnswerCache<boolean>({ stopwatch, freshMs, maxAnswers });
  const underWay = new Map<string, Promise<boolean>>();
  const state: { awayUntilMs: number; isAway: boolean; trouble: string | undefined } = {
    awayUntilMs: Number.NEGATIVE_INFINITY,
    isAway: false,
    trouble: undefined,
  };

  const note = ({ reason, isAway }: Answer): void => {
    // A source that is away says so in one way, then in another: that is told once.
    const isNews = reason !== state.trouble && !(isAway && state.isAway);
    Object.assign(state, { trouble: reason, isAway, awayUntilMs: isAway ? stopwatch.elapsedMs() + pauseMs : Number.NEGATIVE_INFINITY });
    if (isNews) onEvent(reason === undefined ? { type: "answers" } : { type: "failed", reason });
  };
  const ask = async (key: string, flag: FlagName, tenantId: string | null): Promise<boolean> => {
    const answer = await askInTime(flag, tenantId);
    note(answer);
    if (!answer.isAway) answers.set(key, answer.value);
    return answer.value;
  };
  const isEnabled: Flags["isEnabled"] = async (flag, { tenantId }) => {
    const key = tenantId === null ? flag : `${flag} ${tenantId}`;
    const known = answers.get(key) ?? underWay.get(key);
    if (known !== undefined) return known;
    if (stopwatch.elapsedMs() < state.awayUntilMs || underWay.size >= maxUnderWay) return defaults[flag];
    const asked = ask(key, flag, tenantId).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };

  return {
    isEnabled,
    health: async () => {
      const value = await isEnabled("enable-api-key-management", { tenantId: null });
      return state.trouble === undefined ? "ok" : `degraded: ${state.trouble} ${value ? "on" : "off"} holds meanwhile for whoever is asked about anew.`;
    },
    close: async () => {
      await OpenFeature.setProviderAndWait(domain, NOOP_PROVIDER);
    },
  } satisfies OpenFlags;
};
