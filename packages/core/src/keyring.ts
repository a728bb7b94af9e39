import type { Secret } from "./model/secret.ts";
import type { SecretNames } from "./ports/key-records.ts";
import type { Cryptography, KeyedHash, Marker } from "./ports/keyed-hash.ts";

/** The lookup secrets, by version; kept in the secret store, never in the store. */
export interface Peppers {
  readonly current: number;
  readonly versions: ReadonlyMap<number, Uint8Array>;
}

/** Everything that is computed under the pepper. */
export interface Keyring {
  readonly pepperVersion: number;
  /** What the secret is called in this process's memory. */
  mark(secret: Secret): string;
  /** All that the secret is found by. */
  names(secret: Secret): SecretNames;
  /** The digest under the current pepper. */
  digest(secret: Secret): string;
  /** The digests under every pepper, the current one first. */
  digests(secret: Secret): readonly string[];
  /** Signs a row's text (`rules/row-text.ts`). */
  tag(text: string): string;
  /** Whether a tag signs this text. */
  signs(tag: string, text: string): boolean;
  seal(text: string, context: string): string;
  open(sealed: string, context: string): string | undefined;
}

interface PepperKeys {
  readonly mark: Marker;
  readonly digest: KeyedHash;
  readonly tag: KeyedHash;
  readonly seal: Uint8Array;
}

/** Derives one key a purpose from each pepper, so that no value made for one purpose serves another. */
export const createKeyring = (cryptography: Cryptography, peppers: Peppers): Keyring => {
  const derive = (pepper: Uint8Array): PepperKeys => ({
    mark: cryptography.marker(cryptography.deriveKey(pepper, "keywright mark in memory")),
    digest: cryptography.keyedHash(pepper),
    tag: cryptography.keyedHash(cryptography.deriveKey(pepper, "keywright row tag")),
    seal: cryptography.deriveKey(pepper, "keywright sealed answers"),
  });
  const byVersion = new Map([...peppers.versions].map(([version, pepper]) => [version, derive(pepper)]));
  const current = byVersion.get(peppers.current);
  if (current === undefined) throw new Error(`The secret store has no pepper of version ${peppers.current}.`);
  const others = [...byVersion].filter(([version]) => version !== peppers.current).map(([, keys]) => keys);
  const parse = (text: string): readonly [PepperKeys | undefined, string] => {
    const dot = text.indexOf(".");
    return [byVersion.get(Number(text.slice(0, dot))), text.slice(dot + 1)];
  };
  const mark = (secret: Secret): string => secret.derived(current.mark);
  const digests = (secret: Secret): readonly string[] => [current, ...others].map((keys) => keys.digest(secret.reveal()));
  return {
    pepperVersion: peppers.current,
    mark,
    names: (secret) => ({ mark: mark(secret), digests: digests(secret) }),
    digest: (secret) => current.digest(secret.reveal()),
    digests,
    tag: (text) => `${peppers.current}.${current.tag(text)}`,
    signs: (tag, text) => {
      const [keys, mac] = parse(tag);
      return keys !== undefined && cryptography.equal(keys.tag(text), mac);
    },
    seal: (text, context) => `${peppers.current}.${cryptography.seal(current.seal, text, context)}`,
    open: (sealed, context) => {
      const [keys, box] = parse(sealed);
      return keys === undefined ? undefined : cryptography.open(keys.seal, box, context);
    },
  } satisfies Keyring;
};
