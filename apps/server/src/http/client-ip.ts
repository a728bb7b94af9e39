import type { Addresses } from "@keywright/core";

/** Who is at the other end, where proxies may stand between. Addresses are canonical text; an IPv4-mapped IPv6 address is its IPv4. */
export interface ClientIp {
  /** The client of Keywright itself: the peer, or what trusted peers say of it. null: the socket is gone. */
  of(peer: string | undefined, forwardedFor: string | undefined): string | null;
  /** The client of a gateway that has proved itself, from what it forwards. null: it did not say. */
  behindGateway(forwardedFor: string | undefined): string | null;
}

interface ClientIpDeps {
  readonly addresses: Pick<Addresses, "parseAddress" | "matcher">;
  /** Canonical CIDR ranges of the proxies whose word is taken. */
  readonly trustedProxies: readonly string[];
}

/** Entries of `X-Forwarded-For` that are looked at: a chain of more proxies is a forgery. */
const maxHops = 32;

/** `203.0.113.7:4711` and `[2001:db8::1]:4711`, as some proxies write them. */
const withPort = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9A-Fa-f:.]+)\])(?::\d{1,5})?$/;

export const createClientIp = ({ addresses, trustedProxies }: ClientIpDeps): ClientIp => {
  const isTrusted = trustedProxies.length === 0 ? () => false : addresses.matcher(trustedProxies);
  const parseHop = (hop: string): string | undefined => {
    const text = hop.trim();
    const address = addresses.parseAddress(text);
    if (address !== undefined) return address;
    const [, four, six] = withPort.exec(text) ?? [];
    return addresses.parseAddress(four ?? six ?? "");
  };
  // From the right, because each proxy appends what it saw: the left end is whatever the client has written itself.
  const walk = (nearest: string | null, forwardedFor: string | undefined): string | null => {
    if (forwardedFor === undefined) return nearest;
    let found = nearest;
    for (const hop of forwardedFor.split(",").slice(-maxHops).reverse()) {
      const address = parseHop(hop);
      if (address === undefined) return found;
      found = address;
      if (!isTrusted(address)) return found;
    }
    return found;
  };
  return {
    of: (peer, forwardedFor) => {
      if (peer === undefined) return null;
      const address = canonicalPeer(addresses, peer);
      return forwardedFor !== undefined && isTrusted(address) ? walk(address, forwardedFor) : address;
    },
    behindGateway: (forwardedFor) => walk(null, forwardedFor),
  };
};

/** The operating system's text is canonical but for IPv4-mapped addresses and the zone of link-local ones. */
const canonicalPeer = (addresses: Pick<Addresses, "parseAddress">, peer: string): string => {
  if (!peer.includes(":")) return peer;
  const zone = peer.indexOf("%");
  const address = zone < 0 ? peer : peer.slice(0, zone);
  return addresses.parseAddress(address) ?? address;
};
