/** What is told from an address about where it is. */
export interface Origins {
  /** The part of the world that counts as one place: the country where that is known, else the network (IPv4 /24, IPv6 /48). undefined: no address. */
  originOf(address: string): string | undefined;
  /** Who counts as one caller: an IPv4 address, an IPv6 /64. undefined: no address. */
  callerOf(address: string): string | undefined;
  /** The network that hands out callers' addresses: of IPv6 the /48; undefined for IPv4, and for what is no address. */
  siteOf(address: string): string | undefined;
}
