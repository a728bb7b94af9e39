import type { Keyring } from "./keyring.ts";
import { Secret } from "./model/secret.ts";
import type { Clock } from "./ports/clock.ts";
import type { Stores } from "./ports/store.ts";

interface InvitedDeps {
  readonly store: Pick<Stores, "invitations">;
  readonly keyring: Pick<Keyring, "digests">;
  readonly clock: Clock;
}

/** Longer than any invitation's token. */
const maxToken = 512;

/** Whether an invitation is open (neither accepted, withdrawn nor expired) that has this token and was mailed to this address, compared without case. */
export const isInvited = async ({ store, keyring, clock }: InvitedDeps, token: string, email: string): Promise<boolean> => {
  if (token.length > maxToken) return false;
  const invitation = await store.invitations.findByDigest(keyring.digests(new Secret(token)));
  if (invitation === undefined || invitation.acceptedAtMs !== null || invitation.withdrawnAtMs !== null) return false;
  return invitation.expiresAtMs > clock.nowMs() && invitation.email.toLowerCase() === email.toLowerCase();
};
