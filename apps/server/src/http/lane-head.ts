/** What the lane of verifications needs of a request's headers. */
export interface LaneHead {
  readonly authorization: string;
  readonly forwardedFor: string | undefined;
}

/** Longer bodies go the common way. */
const maxBodyBytes = 16_384;
const maxBodyDigits = String(maxBodyBytes).length;

/** Headers that change what a request is, or how it is answered: whoever sends one of them goes the common way. */
const unusual = ["x-api-key", "expect", "if-match", "idempotency-key", "content-encoding", "transfer-encoding"];

/** Of names that are looked at; another name is passed over without being read. */
const lengths = new Set(["authorization", "x-forwarded-for", "content-type", "content-length", ...unusual].map(({ length }) => length));

interface Found {
  authorization: string | undefined;
  forwardedFor: string | undefined;
  type: string | undefined;
  length: string | undefined;
}

/**
 * Reads the raw headers of a plain verification in one pass; undefined for any other request, and wherever there is doubt. (Node's own object of all headers
 * does not tell what was sent twice: it joins some, and drops others.)
 */
export const readLaneHead = (rawHeaders: readonly string[]): LaneHead | undefined => {
  const found: Found = { authorization: undefined, forwardedFor: undefined, type: undefined, length: undefined };
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (lengths.has(name.length) && !note(found, name.toLowerCase(), rawHeaders[i + 1] ?? "")) return undefined;
  }
  const { authorization, forwardedFor, type } = found;
  if (authorization === undefined || type !== "application/json" || !isShort(found.length)) return undefined;
  return { authorization, forwardedFor };
};

/** false: the request is not for the lane, as none is that says one thing twice. */
const note = (found: Found, name: string, value: string): boolean => {
  switch (name) {
    case "authorization":
      if (found.authorization !== undefined) return false;
      found.authorization = value;
      return true;
    case "x-forwarded-for":
      if (found.forwardedFor !== undefined) return false;
      found.forwardedFor = value;
      return true;
    case "content-type":
      if (found.type !== undefined) return false;
      found.type = value;
      return true;
    case "content-length":
      if (found.length !== undefined) return false;
      found.length = value;
      return true;
    default:
      return !unusual.includes(name);
  }
};

const isShort = (length: string | undefined): boolean => {
  if (length === undefined || length.length > maxBodyDigits) return false;
  let bytes = 0;
  for (let i = 0; i < length.length; i++) {
    const digit = length.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return false;
    bytes = bytes * 10 + digit;
  }
  return bytes > 0 && bytes <= maxBodyBytes;
};
