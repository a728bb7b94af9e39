import { type AddressGuard, AppError, type Credential, TooManyAttempts } from "@keywright/core";

/** What is done about callers that send one bad credential after the other. */
export interface CredentialGuard {
  /** Throws `TooManyAttempts` where the caller's address is blocked, and the credential is not one that is in use. */
  admit(credential: Pick<Credential, "ip" | "secret">): void;
  /** Told of every refusal; answers in milliseconds how long it is held back. */
  refused(credential: Pick<Credential, "ip">, error: unknown): number;
}

interface GuardDeps {
  readonly guard: AddressGuard;
  /** Whether the credential is one that this process knows: it was looked up, and used, lately. */
  readonly isKnown: (secret: Credential["secret"]) => boolean;
}

/**
 * An address may be many people's: a gateway's, an office's. So a block never stops a key that is in use; it stops guessing, before anything is looked
 * up. The addresses of end clients, which a gateway tells, are nobody who calls here, and are never blocked.
 */
export const createCredentialGuard = ({ guard, isKnown }: GuardDeps): CredentialGuard => ({
  admit: ({ ip, secret }) => {
    const blockedForMs = guard.blockedForMs(ip);
    if (blockedForMs > 0 && !isKnown(secret)) throw new TooManyAttempts(Math.ceil(blockedForMs / 1_000));
  },
  refused: ({ ip }, error) => (error instanceof AppError && error.code === "INVALID_CREDENTIAL" ? guard.failed(ip) : 0),
});
