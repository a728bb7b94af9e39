import { Unavailable } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Digest } from "../model/reminder.ts";
import type { Mailer } from "../ports/mailer.ts";
import type { ClaimedDigest } from "../ports/reminder-store.ts";
import { digestMail } from "./digest-mail.ts";
import { keysPerLook, type LookDeps, lookForReminders } from "./look-for-reminders.ts";
import { createRecipients } from "./recipients.ts";
import { leaveToken } from "./reminder-choice.ts";

export interface RemindDeps extends LookDeps {
  readonly mailer: Mailer;
  readonly keyring: Pick<Keyring, "seal">;
  /** Where people reach this installation, without a slash at the end. */
  readonly publicAddress: () => string;
}

export interface Reminded {
  readonly looked: number;
  /** There are keys that were not looked at yet, and nothing was sent: what they bring belongs into the same digests. */
  readonly isUnfinished: boolean;
  readonly sent: number;
  /** That will be tried again. */
  readonly failed: number;
  /** Ids of digests that could not be sent for days, and never will be. */
  readonly givenUp: readonly string[];
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Of one pass, whatever there is to do: the next one goes on. */
const maxDigests = 1_000;
/** So many in a row, and the mailer is taken to be away until the next pass. */
const patience = 3;
const keysShown = 50;
/** Longer than a mail takes. */
const leaseMs = 10 * minuteMs;
/** Pauses after each attempt in vain: four days in all. */
const pausesMs = [15 * minuteMs, hourMs, 2 * hourMs, 4 * hourMs, 8 * hourMs, ...Array.from({ length: 7 }, () => 12 * hourMs)];
const longestPauseMs = 12 * hourMs;

/**
 * One pass: looks at keys whose time has come; where those were all, sends what is to be sent, one digest a person a day. A digest is taken before it is sent and
 * settled after, so that no two processes send it; one whose sender dies in between is sent again, under the same `Message-ID`.
 */
export const sendReminders = async (deps: RemindDeps): Promise<Reminded> => {
  const looked = await lookForReminders(deps, createRecipients());
  if (looked === keysPerLook) return { looked, isUnfinished: true, sent: 0, failed: 0, givenUp: [] };
  return { looked, isUnfinished: false, ...(await sendAll(deps)) };
};

const sendAll = async (deps: RemindDeps): Promise<Omit<Reminded, "looked" | "isUnfinished">> => {
  const outcomes: { readonly id: string; readonly state: Digest["state"] }[] = [];
  while (outcomes.length < maxDigests && !isMailerAway(outcomes)) {
    const claimed = await claimDigest(deps);
    if (claimed === undefined) break;
    outcomes.push({ id: claimed.digest.id, state: await deliver(deps, claimed) });
  }
  const of = (wanted: Digest["state"]) => outcomes.filter(({ state }) => state === wanted);
  return { sent: of("sent").length, failed: of("open").length, givenUp: of("given_up").map(({ id }) => id) };
};

const isMailerAway = (outcomes: readonly { readonly state: Digest["state"] }[]): boolean =>
  outcomes.length >= patience && outcomes.slice(-patience).every(({ state }) => state === "open" || state === "given_up");

const claimDigest = ({ store, clock }: RemindDeps): Promise<ClaimedDigest | undefined> => {
  const nowMs = clock.nowMs();
  const latestMs = nowMs + longestPauseMs + hourMs;
  return store.reminders.claim({ nowMs, day: Math.floor(nowMs / dayMs), leaseUntilMs: nowMs + leaseMs, latestMs, keys: keysShown });
};

/** What has become of the digest: open, it is tried again. */
const deliver = async (deps: RemindDeps, claimed: ClaimedDigest): Promise<Digest["state"]> => {
  const { digest } = claimed;
  const outcome = await attempt(deps, claimed);
  await deps.store.reminders.settle({ ...digest, ...outcome }, digest.attempts);
  return outcome.state;
};

const attempt = async (deps: RemindDeps, claimed: ClaimedDigest): Promise<Pick<Digest, "state"> & Partial<Digest>> => {
  const { digest, total } = claimed;
  // It has cost the person nothing: another digest may come today.
  if (total === 0 || !(await deps.store.reminders.isWanted(digest.person))) return { state: "dropped", day: null };
  const nowMs = deps.clock.nowMs();
  const publicAddress = deps.publicAddress();
  const unsubscribeUrl = `${publicAddress}/reminders/leave?token=${leaveToken(deps, digest.person)}`;
  try {
    await deps.mailer.send(digestMail(claimed, { publicAddress, unsubscribeUrl, nowMs }));
    return { state: "sent" };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const pauseMs = pausesMs[digest.attempts - 1];
    return pauseMs === undefined ? { state: "given_up" } : { state: "open", nextAtMs: nowMs + pauseMs };
  }
};
