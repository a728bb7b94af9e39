import { isIPv4, isIPv6 } from "node:net";
import type { Addresses } from "@keywright/core";
import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.process>;

/** `node:net` decides what an address is (no octal, no short forms, no zones); ipaddr.js reads it, IPv4-mapped IPv6 as IPv4. */
const parse = (text: string): Address | undefined => (isIPv4(text) || (isIPv6(text) && !text.includes("%")) ? ipaddr.process(text) : undefined);

const bitsOf = (address: Address): number => (address.kind() === "ipv4" ? 32 : 128);

/** Whether everything behind the prefix is zero. */
const isNetwork = (address: Address, prefix: number): boolean =>
  address.toByteArray().every((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return (byte & (0xff >> kept)) === 0;
  });

const parseRange = (text: string): { readonly range: string } | { readonly reason: string } => {
  const [host = "", prefixText, ...rest] = text.split("/");
  const address = parse(host);
  if (address === undefined || rest.length > 0) return { reason: "must be an IPv4 or IPv6 address or a CIDR range such as 203.0.113.0/24" };
  const mapped = host.includes(":") && address.kind() === "ipv4";
  const bits = bitsOf(address);
  if (prefixText === undefined) return { range: `${address.toString()}/${bits}` };
  const prefix = /^(?:0|[1-9]\d{0,2})$/.test(prefixText) ? Number(prefixText) - (mapped ? 96 : 0) : -1;
  if (prefix < 0 || prefix > bits) return { reason: `must have a prefix length of 0 to ${mapped ? 128 : bits}` };
  if (!isNetwork(address, prefix)) return { reason: "must be the range's first address: it has bits set behind its prefix" };
  return { range: `${address.toString()}/${prefix}` };
};

const matcher = (ranges: readonly string[]): ((address: string) => boolean) => {
  const parsed = ranges.map((range) => ipaddr.parseCIDR(range));
  return (text) => {
    const address = parse(text);
    return address !== undefined && parsed.some(([network, prefix]) => network.kind() === address.kind() && address.match(network, prefix));
  };
};

/** What tells a network from its neighbours, and not a person from theirs. */
const networkBits = { ipv4: 24, ipv6: 48 } as const;

const networkOf = (text: string): string | undefined => {
  const address = parse(text);
  if (address === undefined) return undefined;
  const kept = networkBits[address.kind()] / 8;
  return ipaddr.fromByteArray(address.toByteArray().map((byte, index) => (index < kept ? byte : 0))).toString();
};

/** An IPv4 address that `node:net` accepts has one way to be written: most addresses are canonical as they come. */
const parseAddress = (text: string): string | undefined => (isIPv4(text) ? text : parse(text)?.toString());

export const addresses: Addresses = { parseAddress, networkOf, parseRange, matcher };
