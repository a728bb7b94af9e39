import type { FlagName } from "@keywright/core";
import { type Client, ErrorCode, type EvaluationDetails } from "@openfeature/server-sdk";
import { startDeadline } from "../node/deadline.ts";
import { silent } from "./silent.ts";

/** What came of one question. */
export interface Answer {
  readonly value: boolean;
  /** What is wrong, in one sentence; undefined: nothing. */
  readonly reason: string | undefined;
  /** The source itself failed, and would fail with the next question too. */
  readonly isAway: boolean;
}

interface QuestionsDeps {
  readonly client: Client;
  readonly defaults: Readonly<Record<FlagName, boolean>>;
  readonly deadlineMs: number;
}

/** Under this name a provider says of an answer that it is an older one, and why. */
export const staleReason = "staleReason";

const awayCodes: readonly (ErrorCode | undefined)[] = [ErrorCode.GENERAL, ErrorCode.PROVIDER_NOT_READY, ErrorCode.PROVIDER_FATAL];

/** One question to the source, answered by the default when it fails or is late. Never rejects. */
export const createQuestions = ({ client, defaults, deadlineMs }: QuestionsDeps) => {
  client.setLogger(silent);
  return (flag: FlagName, tenantId: string | null): Promise<Answer> =>
    new Promise((resolve) => {
      const fail = (reason: string): void => resolve({ value: defaults[flag], reason, isAway: true });
      const cancel = startDeadline(deadlineMs, () => fail(`The source of flags did not answer within ${deadlineMs} ms.`));
      // OpenFeature answers a provider's failure with the default, and says so in the details.
      client
        .getBooleanDetails(flag, defaults[flag], tenantId === null ? {} : { targetingKey: tenantId })
        .then((details) => resolve(toAnswer(details)))
        .catch((error: unknown) => fail(`The source of flags failed: ${String(error)}.`))
        .finally(cancel);
    });
};

const toAnswer = ({ value, errorCode, errorMessage, flagMetadata, flagKey }: EvaluationDetails<boolean>): Answer => {
  const stale = flagMetadata[staleReason];
  if (errorCode === undefined) return { value, reason: stale === undefined ? undefined : String(stale), isAway: false };
  return { value, reason: errorMessage ?? `${flagKey} cannot be evaluated (${errorCode}).`, isAway: awayCodes.includes(errorCode) };
};
