/** Longer than any key: whoever sends this does not send a key. */
const maxKeyLength = 512;

/** RFC 6750 section 2.1: the scheme, then one token68. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const scheme = /^Bearer(?: |$)/i;

/** The headers that may hold a client's key, with every value that was sent. */
export interface KeyHeaders {
  readonly authorization: readonly string[];
  readonly apiKey: readonly string[];
}

/** The client's key; undefined: none was sent; "ambiguous": several that differ, one header twice, or one that no key could be. */
export const readKey = ({ authorization, apiKey }: KeyHeaders): { readonly text: string } | "ambiguous" | undefined => {
  if (authorization.length > 1 || apiKey.length > 1) return "ambiguous";
  const [first, second] = [authorization[0], apiKey[0]];
  const fromBearer = first === undefined ? undefined : bearerOf(first);
  if (first !== undefined && second !== undefined && fromBearer !== second) return "ambiguous";
  const text = first === undefined ? second : fromBearer;
  if (text === undefined || text === "") return undefined;
  return text.length > maxKeyLength ? "ambiguous" : { text };
};

/** Another scheme than Bearer is not meant for Keywright: the client sent no key. */
const bearerOf = (authorization: string): string | undefined => {
  if (authorization.length > maxKeyLength * 2) return scheme.test(authorization) ? authorization : undefined;
  return bearer.exec(authorization)?.[1] ?? (scheme.test(authorization) ? authorization.slice("Bearer ".length) : undefined);
};
