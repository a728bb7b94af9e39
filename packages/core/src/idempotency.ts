import { AppError } from "./errors.ts";
import type { Keyring } from "./keyring.ts";
import type { Clock } from "./ports/clock.ts";
import type { Store, Stores } from "./ports/store.ts";

/** A request that may be repeated: who asked with which `Idempotency-Key`, and a hash of what was asked. */
export interface Idempotency {
  readonly scope: string;
  readonly fingerprint: string;
}

export const idempotencyWindowMs = 86_400_000;

interface IdempotencyDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Between an answer and the text that is sealed. */
export interface AnswerCodec<T> {
  write(answer: T): string;
  read(text: string): T;
}

/** Keeps the answer within the transaction that it answers for. */
export type KeepAnswer<T> = (stores: Stores, answer: T) => Promise<void>;

/** A concurrent request under the same idempotency key has won. */
class AnsweredElsewhere extends Error {}

interface Once<T> {
  readonly idempotency: Idempotency | null;
  readonly codec: AnswerCodec<T>;
  readonly work: (keep: KeepAnswer<T>) => Promise<T>;
}

/** Does the work once: a repetition gets the first answer, for 24 h, with its plaintext, which is kept only sealed. */
export const answerOnce = async <T>(deps: IdempotencyDeps, { idempotency, codec, work }: Once<T>): Promise<T> => {
  if (idempotency === null) return work(async () => {});
  const earlier = await findAnswer(deps, idempotency, codec);
  if (earlier !== undefined) return earlier.answer;
  try {
    return await work((stores, answer) => keepAnswer(deps, idempotency, { stores, text: codec.write(answer) }));
  } catch (error) {
    const winner = error instanceof AnsweredElsewhere ? await findAnswer(deps, idempotency, codec) : undefined;
    if (winner === undefined) throw error;
    return winner.answer;
  }
};

const findAnswer = async <T>(deps: IdempotencyDeps, { scope, fingerprint }: Idempotency, codec: AnswerCodec<T>) => {
  const found = await deps.store.idempotency.find(scope, deps.clock.nowMs() - idempotencyWindowMs);
  if (found === undefined) return undefined;
  if (found.fingerprint !== fingerprint) throw new AppError("IDEMPOTENCY_KEY_REUSED");
  const text = deps.keyring.open(found.sealed, scope);
  if (text === undefined) throw new Error("A kept answer cannot be opened: it was sealed under a pepper that is gone, or edited.");
  return { answer: codec.read(text) };
};

const keepAnswer = async (deps: IdempotencyDeps, { scope, fingerprint }: Idempotency, { stores, text }: { stores: Stores; text: string }): Promise<void> => {
  const nowMs = deps.clock.nowMs();
  const answer = { scope, fingerprint, sealed: deps.keyring.seal(text, scope), createdAtMs: nowMs };
  if (!(await stores.idempotency.insert(answer, nowMs - idempotencyWindowMs))) throw new AnsweredElsewhere();
};

/** For answers that are plain data. */
export const plainCodec = <T>(): AnswerCodec<T> => ({ write: (answer) => JSON.stringify(answer), read: (text) => JSON.parse(text) as T });
