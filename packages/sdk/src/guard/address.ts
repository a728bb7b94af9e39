/** An address as 16 bytes; an IPv4 one is IPv4-mapped (RFC 4291 section 2.5.5.2). */
export type Address = readonly number[];

const mapped: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

const parseIpv4 = (text: string): Address | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  // A leading zero would be octal to some readers.
  if (match === null || match.slice(1).some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return undefined;
  return match.slice(1).map(Number);
};

const parseIpv6 = (text: string): Address | undefined => {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? [] : parseIpv4(dotted[2] ?? "");
  if (tail === undefined) return undefined;
  const halves = (dotted === null ? text : `${dotted[1]}${hex(tail, 0)}:${hex(tail, 2)}`).split("::");
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: rest === undefined ? 0 : missing }, () => "0"), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
};

const hex = (bytes: Address, at: number): string => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16);

/** An address in text, without a zone; undefined: it is none. */
export const parseAddress = (text: string): Address | undefined => {
  if (text.length > 45) return undefined;
  const ipv4 = parseIpv4(text);
  return ipv4 === undefined ? parseIpv6(text) : [...mapped, ...ipv4];
};

const isMapped = (address: Address): boolean => mapped.every((byte, place) => address[place] === byte);

/** As Keywright takes it: dotted for IPv4, also for one that came as IPv6. */
export const formatAddress = (address: Address): string =>
  isMapped(address) ? address.slice(12).join(".") : [0, 2, 4, 6, 8, 10, 12, 14].map((at) => hex(address, at)).join(":");

interface Range {
  readonly address: Address;
  readonly bits: number;
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. Throws RangeError for what is none. */
export const parseRange = (text: string): Range => {
  const [base = "", length, ...more] = text.split("/");
  const address = parseAddress(base);
  const offset = base.includes(":") ? 0 : 96;
  const bits = length === undefined ? 128 : /^\d{1,3}$/.test(length) ? Number(length) + offset : Number.NaN;
  if (address === undefined || more.length > 0 || !(bits <= 128)) throw new RangeError(`${JSON.stringify(text)} is not an address or a CIDR range.`);
  return { address, bits };
};

export const isWithin = (address: Address, { address: base, bits }: Range): boolean =>
  address.every((byte, place) => {
    const kept = Math.min(8, Math.max(0, bits - place * 8));
    return ((byte ^ (base[place] ?? 0)) & (0xff << (8 - kept)) & 0xff) === 0;
  });
