/** What the lane of verifications needs of a request's headers. */
export interface LaneHead {
  readonly authorization: string;
  readonly forwardedFor: string | undefined;
}

/** Longer bodies go the common way. */
const maxBodyBytes = 16_384;

/** Headers that the lane reads, once each. */
const read = ["authorization", "x-forwarded-for", "content-type", "content-length"] as const;
/** Headers that change what a request is, or how it is answered: whoever sends one of them goes the common way. */
const unusual = ["x-api-key", "expect", "if-match", "idempotency-key", "content-encoding", "transfer-encoding"];

const lengths = new Set([...read, ...unusual].map(({ length }) => length));

type Found = Partial<Record<(typeof read)[number], string>>;

/**
 * Reads the raw headers of a plain verification in one pass; undefined for any other request, and wherever there is doubt. (Node's own object of all headers,
 * which is made when it is first looked at, costs more than all that is needed of it.)
 */
export const readLaneHead = (rawHeaders: readonly string[]): LaneHead | undefined => {
  const found: Found = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (lengths.has(name.length) && !note(found, name.toLowerCase(), rawHeaders[i + 1] ?? "")) return undefined;
  }
  const { authorization, "x-forwarded-for": forwardedFor, "content-type": type } = found;
  if (authorization === undefined || type !== "application/json" || !isShort(found["content-length"])) return undefined;
  return { authorization, forwardedFor };
};

/** false: the request is not for the lane. */
const note = (found: Found, name: string, value: string): boolean => {
  if (!isRead(name)) return !unusual.includes(name);
  if (found[name] !== undefined) return false;
  found[name] = value;
  return true;
};

const isRead = (name: string): name is keyof Found => (read as readonly string[]).includes(name);

const isShort = (length: string | undefined): boolean =>
  length !== undefined && /^\d{1,5}$/.test(length) && Number(length) > 0 && Number(length) <= maxBodyBytes;
