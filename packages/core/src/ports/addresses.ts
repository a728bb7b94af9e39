/** IP addresses as text, parsed strictly: no octal, no short forms, no zones. */
export interface Addresses {
  /** Canonical text of an IPv4 or IPv6 address; an IPv4-mapped IPv6 address becomes its IPv4. undefined for anything else. */
  parseAddress(text: string): string | undefined;
  /** The first address of the network that an address is in, of 24 bits, or of 48 for IPv6; undefined for anything else. */
  networkOf(text: string): string | undefined;
  /** Canonical text of an address (taken as a range of one) or CIDR range; a `reason` where it is neither, or has host bits. */
  parseRange(text: string): { readonly range: string } | { readonly reason: string };
  /** Compiles canonical ranges to one check of a canonical or raw address. Nothing that is no address matches. */
  matcher(ranges: readonly string[]): (address: string) => boolean;
}
