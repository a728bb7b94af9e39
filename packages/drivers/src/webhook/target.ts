import { BlockList, isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Public addresses that are not: the fabric of a cloud, translations of private addresses that the library takes for public, and IPv6's former local ones. */
const besides = new BlockList();
besides.addAddress("168.63.129.16", "ipv4");
for (const [network, prefix] of [
  ["::", 96],
  ["64:ff9b:1::", 48],
  ["fec0::", 10],
  ["2001::", 23],
  ["3fff::", 20],
  ["5f00::", 16],
] as const)
  besides.addSubnet(network, prefix, "ipv6");

/** Whether an address is one of the internet's, and no translation or mapping of another: no private, loopback, link-local, metadata or reserved one. */
export const isPublicAddress = (text: string): boolean => {
  if (isIP(text) === 0 || text.includes("%")) return false;
  // Read as it stands: an IPv4 address that is mapped into IPv6 is none of the internet's.
  const address = ipaddr.parse(text);
  return address.range() === "unicast" && !besides.check(text, address.kind());
};

const maxUrlLength = 2_048;
/** Services that a request of HTTP could be taken for a command of. */
const ports = { least: 1024, also: [80, 443] } as const;

/** What every reader of URLs takes for the same host. */
const plainUrl = /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:[/?][\u0021-\u005b\u005d-\u007e]*)?$/;

export interface TargetRules {
  /** Whether plain HTTP, private addresses and any port are targets too. */
  readonly isPrivateAllowed: boolean;
}

/** The host as an address; undefined where it is a name. */
export const addressOf = ({ hostname }: URL): string | undefined => {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? undefined : bare;
};

/** Why nothing is ever sent to this address; undefined: it may be sent to, as far as the address alone tells. */
export const targetRefusal = (text: string, { isPrivateAllowed }: TargetRules): string | undefined => {
  if (text.length > maxUrlLength) return `is longer than ${maxUrlLength} characters`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return "must be a URL, such as https://hooks.example.com/in; an IPv6 address in it has no zone";
  if (url.protocol !== "https:" && !(isPrivateAllowed && url.protocol === "http:")) return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must hold no user and no password";
  if (url.hash !== "") return "must have no fragment";
  if (!plainUrl.test(text)) return "must name its host in ASCII (an international name as xn--…), and hold no spaces, control characters or backslashes";
  return isPrivateAllowed ? undefined : publicRefusal(url);
};

const publicRefusal = (url: URL): string | undefined => {
  const port = Number(url.port || 443);
  if (port < ports.least && !ports.also.some((known) => known === port)) return "must have the port 443, 80, or one from 1024 on";
  const address = addressOf(url);
  if (address !== undefined && !isPublicAddress(address)) return "must not name a private, local or reserved address";
  if (/(?:^|\.)localhost\.?$/i.test(url.hostname)) return "must not name this machine";
  return undefined;
};
