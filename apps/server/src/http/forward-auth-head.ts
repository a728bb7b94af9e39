/** Headers that the door reads. */
const read = [
  "x-keywright-root-key",
  "x-keywright-scopes",
  "authorization",
  "x-api-key",
  "x-forwarded-for",
  "x-forwarded-uri",
  "x-original-uri",
  "x-original-url",
  "x-forwarded-method",
  "x-original-method",
  "user-agent",
] as const;

/** Headers that tell of a body, or of more than an answer: whoever sends one of them goes the common way. */
const unusual = ["content-length", "transfer-encoding", "expect", "upgrade"] as const;

type ReadName = (typeof read)[number];
type Name = ReadName | (typeof unusual)[number];

/** As Node has them in the object of all headers. */
export type DoorHead = { readonly [Each in ReadName]: string | undefined };

/** By length: another name is passed over without being read. */
const namesOfLength: readonly (readonly Name[])[] = Array.from({ length: 32 }, (_, length) => [...read, ...unusual].filter((name) => name.length === length));
const noNames: readonly Name[] = [];
const isUnusual: ReadonlySet<string> = new Set(unusual);

/** Node puts no more than so many headers, and the client's among them, into its object. No gateway sends as many. */
const maxHeaders = 500;

/**
 * Reads the raw headers of a gateway's question in one pass; undefined for a request that may have a body, and wherever there is doubt, as where one thing is said
 * twice. (Node's own object of all headers, which is made when it is first looked at, costs more than all that is needed of it.)
 */
export const readDoorHead = (rawHeaders: readonly string[]): DoorHead | undefined => {
  if (rawHeaders.length > 2 * maxHeaders) return undefined;
  const found = nothingFound();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i] ?? "";
    const names = namesOfLength[raw.length] ?? noNames;
    if (names.length > 0 && !note(found, nameIn(names, raw), rawHeaders[i + 1] ?? "")) return undefined;
  }
  return found;
};

const nameIn = (names: readonly Name[], raw: string): Name | undefined => {
  const lower = raw.toLowerCase();
  for (const name of names) if (name === lower) return name;
  return undefined;
};

type Found = { -readonly [Each in ReadName]: string | undefined };

/** false: the request is not for the lane. */
const note = (found: Found, name: Name | undefined, value: string): boolean => {
  if (name === undefined) return true;
  if (isUnusual.has(name)) return name === "content-length" && value === "0";
  if (found[name as ReadName] !== undefined) return false;
  found[name as ReadName] = value;
  return true;
};

/** All of them, so that every request's has one shape. */
const nothingFound = (): Found => ({
  "x-keywright-root-key": undefined,
  "x-keywright-scopes": undefined,
  authorization: undefined,
  "x-api-key": undefined,
  "x-forwarded-for": undefined,
  "x-forwarded-uri": undefined,
  "x-original-uri": undefined,
  "x-original-url": undefined,
  "x-forwarded-method": undefined,
  "x-original-method": undefined,
  "user-agent": undefined,
});
