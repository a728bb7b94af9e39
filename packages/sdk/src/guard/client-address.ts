import { type Address, formatAddress, isWithin, parseAddress, parseRange } from "./address.ts";

/** Who is at the other end: the peer, or what trusted proxies say of it. undefined: nobody can tell. */
export type ClientAddress = (peer: string | undefined, forwardedFor: string | undefined) => string | undefined;

/** Entries of `X-Forwarded-For` that are looked at: a chain of more proxies is a forgery. */
const maxHops = 32;

/** `203.0.113.7:4711` and `[2001:db8::1]:4711`, as some proxies write them. */
const withPort = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9A-Fa-f:.]+)\])(?::\d{1,5})?$/;

const parseHop = (hop: string) => {
  const text = hop.trim();
  const match = withPort.exec(text);
  return parseAddress(match?.[1] ?? match?.[2] ?? text);
};

/**
 * Reads `X-Forwarded-For` from the right, because each proxy appends what it saw: the left end is whatever the client has written itself. Without trusted
 * proxies nobody's word is taken. Throws RangeError for a range that is none.
 */
export const createClientAddress = (trustedProxies: readonly string[]): ClientAddress => {
  const ranges = trustedProxies.map(parseRange);
  const isTrusted = (address: Address): boolean => ranges.some((range) => isWithin(address, range));
  return (peer, forwardedFor) => {
    const nearest = peer === undefined ? undefined : parseAddress(peer.replace(/%.*$/, ""));
    const found = ranges.length === 0 || forwardedFor === undefined ? nearest : walk(isTrusted, nearest, forwardedFor);
    return found && formatAddress(found);
  };
};

/** A runtime that tells no peer is one that only the trusted proxy can reach. */
const walk = (isTrusted: (address: Address) => boolean, nearest: Address | undefined, forwardedFor: string): Address | undefined => {
  let found = nearest;
  for (const hop of forwardedFor.split(",").slice(-maxHops).reverse()) {
    if (found !== undefined && !isTrusted(found)) return found;
    const address = parseHop(hop);
    if (address === undefined) return found;
    found = address;
  }
  return found;
};
