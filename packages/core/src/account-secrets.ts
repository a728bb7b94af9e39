import type { Peppers } from "./keyring.ts";
import type { Cryptography } from "./ports/keyed-hash.ts";
import { toHex } from "./rules/hex.ts";

/** By what sessions are signed and second factors are sealed. */
export interface AccountSecret {
  /** The pepper's version. */
  readonly version: number;
  /** 64 hexadecimal digits. */
  readonly value: string;
}

/** One secret a pepper, the current one first: derived, so that it rests nowhere but in the secret store, and serves no other purpose. */
export const deriveAccountSecrets = (cryptography: Pick<Cryptography, "deriveKey">, { current, versions }: Peppers): readonly AccountSecret[] => {
  const newestFirst = [...versions].sort(([one], [other]) => Number(other === current) - Number(one === current) || other - one);
  return newestFirst.map(([version, pepper]) => ({ version, value: toHex(cryptography.deriveKey(pepper, "keywright accounts")) }));
};
