import { auditEntry, systemActor } from "../audit.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Store } from "../ports/store.ts";
import { personOf } from "./recipients.ts";

export interface ChoiceDeps {
  readonly store: Store;
  readonly keyring: Pick<Keyring, "open">;
  readonly clock: Clock;
  readonly random: Random;
}

/** Sealed for this and nothing else: no token of another kind opens under it, and this one opens nothing else. */
const purpose = "leave the reminders";
const maxTokenLength = 1_024;

/** What a person may leave the reminders by, without signing in: their address, sealed. It does not end: mails are read years later. */
export const leaveToken = ({ keyring }: { readonly keyring: Pick<Keyring, "seal"> }, person: string): string => keyring.seal(person, purpose);

/** Whose token it is; an `AppError` where it is nobody's. */
export const whoLeaves = ({ keyring }: { readonly keyring: Pick<Keyring, "open"> }, token: string): string => {
  const person = token.length > maxTokenLength ? undefined : keyring.open(token, purpose);
  if (person === undefined) throw new AppError("LINK_NOT_VALID");
  return person;
};

/** Ends a person's reminders, by the token of a mail; said twice, it is as said once. */
export const leaveReminders = async (deps: ChoiceDeps, token: string, caller: Pick<Actor, "ip" | "requestId">): Promise<void> =>
  choose(deps, { person: whoLeaves(deps, token), isWanted: false, actor: { ...systemActor, ...caller } });

/** What somebody who has signed in wants. */
export const chooseReminders = (deps: Omit<ChoiceDeps, "keyring">, actor: Actor, isWanted: boolean): Promise<void> =>
  choose(deps, { person: ownAddress(actor), isWanted, actor });

/** Whether they are reminded. */
export const wantsReminders = ({ store }: { readonly store: Pick<Store, "reminders"> }, actor: Actor): Promise<boolean> =>
  store.reminders.isWanted(ownAddress(actor));

const ownAddress = ({ type, signedIn }: Actor): string => {
  if (type !== "account" || signedIn === undefined) throw new AppError("PERMISSION_DENIED", { detail: "This call is for people who have signed in." });
  return personOf(signedIn.email);
};

interface Choice {
  readonly person: string;
  readonly isWanted: boolean;
  readonly actor: Actor;
}

const choose = (deps: Omit<ChoiceDeps, "keyring">, { person, isWanted, actor }: Choice): Promise<void> =>
  deps.store.transaction(async (stores) => {
    if (!(await stores.reminders.choose(person, isWanted, deps.clock.nowMs()))) return;
    const target = { type: "account", id: actor.id ?? person } as const;
    const happening = { actor, tenantId: null, action: "account.reminders_chosen", target } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, after: { reminder_mails: isWanted } }));
  });
