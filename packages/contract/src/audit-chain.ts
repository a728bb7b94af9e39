/**
 * The form in which an audit log leaves Keywright, and over which it is chained and signed: JSON lines, each an object whose canonical text is
 * that of RFC 8785 (JCS). An entry's hash is the SHA-256 of the canonical text of its line without `hash`, in hexadecimal; a checkpoint's signature
 * is Ed25519 (RFC 8032) over the canonical text of its line without `signature`, in base64url.
 */

/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** What the first entry of a chain has for the hash of the one before. */
export const firstHash = "0".repeat(64);

/** One entry. Each tenant has a chain, and the platform one: `tenant_id` says whose, null is the platform's. */
export interface ChainEntry {
  readonly type: "entry";
  readonly tenant_id: string | null;
  /** From 1, without gaps, within the chain. */
  readonly sequence: number;
  readonly previous_hash: string;
  readonly hash: string;
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly at_ms: number;
  readonly actor: { readonly type: string; readonly id: string | null };
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly reason: string | null;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** A signed statement: the chain's entry of this sequence had this hash; `retention`: and all up to it were dropped, as the policy says. */
export interface Checkpoint {
  readonly type: "checkpoint";
  readonly kind: "periodic" | "retention";
  readonly tenant_id: string | null;
  readonly sequence: number;
  readonly hash: string;
  readonly at_ms: number;
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (DER, SubjectPublicKeyInfo). */
  readonly key_id: string;
  readonly signature: string;
}

/** The last line of an export: where the chain ends. An export without it was cut short. */
export interface ChainHead {
  readonly type: "head";
  readonly tenant_id: string | null;
  /** 0: nothing was ever entered. */
  readonly sequence: number;
  readonly hash: string;
}

export type ChainLine = ChainEntry | Checkpoint | ChainHead;

/** RFC 8785: names sorted by UTF-16 unit, no space, numbers and strings as ECMAScript writes them. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
};

/** The text whose hash an entry bears. */
export const entryText = ({ hash: _hash, ...line }: ChainEntry | (Omit<ChainEntry, "hash"> & { readonly hash?: never })): string => canonicalJson(line);

/** The text that a checkpoint's signature is over. */
export const checkpointText = ({ signature: _signature, ...line }: Checkpoint | (Omit<Checkpoint, "signature"> & { readonly signature?: never })): string =>
  canonicalJson(line);
