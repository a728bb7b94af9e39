import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Canonical text of an address or a CIDR range, with whatever is set behind its prefix cut off; undefined where it is neither. */
export const parseAddressRange = (entry: string): string | undefined => {
  const [host = "", prefixText, ...rest] = entry.split("/");
  const isAddress = isIP(host) !== 0 && !/%|^::ffff:/i.test(host) && rest.length === 0;
  const bits = isIP(host) === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : readPrefix(prefixText);
  if (!isAddress || prefix > bits) return undefined;
  const address = ipaddr.parse(host);
  const network = bits === 32 ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`) : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`);
  return `${network}/${prefix}`;
};

const readPrefix = (text: string): number => (/^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY);
