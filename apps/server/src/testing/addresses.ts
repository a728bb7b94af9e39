import { isIP } from "node:net";
import type { Addresses } from "@keywright/core";
import ipaddr from "ipaddr.js";

const parse = (text: string) => (isIP(text) === 0 || text.includes("%") ? undefined : ipaddr.process(text));

/** The port's promise as far as the HTTP layer needs it; the driver itself is for `wire/` alone. */
export const addresses = {
  parseAddress: (text: string) => parse(text)?.toString(),
  matcher: (ranges: readonly string[]) => {
    const networks = ranges.map((range) => ipaddr.parseCIDR(range));
    return (text: string) => {
      const address = parse(text);
      return address !== undefined && networks.some(([network, prefix]) => network.kind() === address.kind() && address.match(network, prefix));
    };
  },
} satisfies Pick<Addresses, "parseAddress" | "matcher">;
