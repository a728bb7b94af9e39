import type { CallOptions } from "./call-types.ts";
import type { Calls, Verification } from "./generated/api.ts";
import { clientError, KeywrightError } from "./keywright-error.ts";

/** What is asked of one verification. */
export type VerifyRequest = Calls["verify-key"]["body"];

/** As many as the server takes in one call. */
const maxRequests = 100;
/** Well below the largest body that the server takes. */
const maxCharacters = 128 * 1024;

interface Waiting {
  readonly request: VerifyRequest;
  readonly settle: (verification: Promise<Verification>) => void;
}

interface Batch {
  readonly waiting: Set<Waiting>;
  characters: number;
}

export interface BatcherDeps {
  readonly one: (request: VerifyRequest) => Promise<Verification>;
  /** In the order of the requests. */
  readonly many: (requests: readonly VerifyRequest[]) => Promise<readonly Verification[]>;
  /** Calls back when everything that has arrived by now has been looked at. */
  readonly endOfTurn: (flush: () => void) => void;
}

/** Joins what is asked in one turn of the event loop into one call. A lone request goes by itself. */
export const createBatcher = (deps: BatcherDeps): ((request: VerifyRequest, options?: CallOptions) => Promise<Verification>) => {
  const state: { open: Batch | undefined } = { open: undefined };
  const openBatch = (): Batch => {
    const batch: Batch = { waiting: new Set(), characters: 0 };
    state.open = batch;
    deps.endOfTurn(() => {
      if (state.open === batch) state.open = undefined;
      sendBatch(deps, [...batch.waiting]);
    });
    return batch;
  };
  return (request, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const batch = state.open ?? openBatch();
      const leave = (): void => {
        batch.waiting.delete(waiting);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        request,
        settle: (verification) => {
          if (signal === undefined) return resolve(verification);
          verification.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      batch.waiting.add(waiting);
      batch.characters += charactersOf(request);
      if (batch.waiting.size >= maxRequests || batch.characters >= maxCharacters) state.open = undefined;
    });
};

/** Roughly, and rather too many: what escapes and quotes may add is counted in. */
const charactersOf = ({ key, scopes = [], endpoint = "" }: VerifyRequest): number =>
  200 + 2 * (key.length + endpoint.length + scopes.reduce((sum, scope) => sum + scope.length + 4, 0));

const sendBatch = ({ one, many }: BatcherDeps, waiting: readonly Waiting[]): void => {
  const [first] = waiting;
  if (first === undefined) return;
  if (waiting.length === 1) {
    first.settle(one(first.request));
    return;
  }
  const answers = many(waiting.map(({ request }) => request));
  // One request that the server does not understand makes the whole call invalid, and charges nobody: the others must not fail for it.
  const apart = answers.then(
    () => false,
    (error: unknown) => error instanceof KeywrightError && (error.code === "INVALID_REQUEST" || error.code === "BODY_TOO_LARGE"),
  );
  for (const [place, { request, settle }] of waiting.entries()) {
    settle(apart.then(async (isApart) => (isApart ? one(request) : answerAt(await answers, place))));
  }
};

const answerAt = (answers: readonly Verification[], place: number): Verification => {
  const answer = answers[place];
  if (answer === undefined) throw clientError("INVALID_REPLY", "The server answered fewer verdicts than it was asked for.", 200);
  return answer;
};
