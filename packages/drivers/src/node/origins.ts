import { isIPv4, isIPv6 } from "node:net";
import type { Origins } from "@keywright/core";
import ipaddr from "ipaddr.js";

/** The network of that many bits that an address is in; 0 bits: none. IPv4-mapped IPv6 counts as IPv4. */
const networkOf = (text: string, bits: { readonly v4: number; readonly v6: number }): string | undefined => {
  if (!isIPv4(text) && (!isIPv6(text) || text.includes("%"))) return undefined;
  const address = ipaddr.process(text);
  const prefix = address.kind() === "ipv4" ? bits.v4 : bits.v6;
  if (prefix === 0) return undefined;
  if (prefix === 32 && address.kind() === "ipv4") return address.toString();
  const kept = address.toByteArray().map((byte, index) => byte & (0xff << (8 - Math.min(8, Math.max(0, prefix - index * 8)))) & 0xff);
  return `${ipaddr.fromByteArray(kept)}/${prefix}`;
};

/** Origins by network alone. */
export const origins = {
  originOf: (address) => networkOf(address, { v4: 24, v6: 48 }),
  callerOf: (address) => networkOf(address, { v4: 32, v6: 64 }),
  siteOf: (address) => networkOf(address, { v4: 0, v6: 48 }),
} satisfies Origins;
