import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { KeySecret } from "../model/key.ts";
import type { Policy } from "../model/policy.ts";
import { Secret } from "../model/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { SecretHash } from "../ports/secret-hash.ts";
import { hintOf, mintKey } from "../rules/key-format.ts";

export interface IssueDeps {
  readonly policy: Pick<Policy, "prefix" | "bodyLength">;
  readonly random: Random;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly secretHash: SecretHash;
}

/** A new plaintext with its row and its bcrypt hash. */
export interface NewSecret {
  readonly secret: Secret;
  readonly row: KeySecret;
  readonly hash: string;
}

/** Mints a plaintext for a key and hashes it; nothing is stored yet. */
export const issueSecret = async (deps: IssueDeps, keyId: string, environment: string): Promise<NewSecret> => {
  const text = mintKey(deps.policy, environment, (count) => deps.random.bytes(count));
  const secret = new Secret(text);
  const row: KeySecret = {
    id: newId(deps.random, "sec"),
    keyId,
    digest: deps.keyring.digest(secret),
    pepperVersion: deps.keyring.pepperVersion,
    hint: hintOf(text),
    createdAtMs: deps.clock.nowMs(),
    validUntilMs: null,
    proved: false,
  };
  return { secret, row, hash: await deps.secretHash.hash(text) };
};
