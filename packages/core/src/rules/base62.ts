const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The largest multiple of 62 that a byte can stay below: bytes from here on would favour the first characters. */
const unbiasedBytes = 248;

/** A number below 62^width as base62 (`0-9A-Za-z`), left-padded with `0`. */
export const encodeNumber = (value: number, width: number): string => {
  let text = "";
  let rest = value;
  for (let i = 0; i < width; i++) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
};

/** What each character code is worth; -1 for what is not base62. */
const digits = Int8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** -1: the character is not base62. */
export const digitOf = (code: number): number => digits[code] ?? -1;

/** What `encodeNumber` has written from `start` to the end; -1 where a character is not base62. At most 8 characters, to stay exact. */
export const readNumber = (text: string, start: number): number => {
  let value = 0;
  for (let i = start; i < text.length; i++) {
    const digit = digitOf(text.charCodeAt(i));
    if (digit < 0) return -1;
    value = value * 62 + digit;
  }
  return value;
};

/** 16 bytes as 22 base62 characters that sort as the bytes do. */
export const encodeUuid = (bytes: Uint8Array): string => {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < 22; i++) {
    text = alphabet.charAt(Number(value % 62n)) + text;
    value /= 62n;
  }
  return text;
};

/** The bytes that `encodeUuid` was given; undefined for any other text. */
export const decodeUuid = (text: string): Uint8Array | undefined => {
  if (text.length !== 22) return undefined;
  let value = 0n;
  for (const char of text) {
    const digit = alphabet.indexOf(char);
    if (digit < 0) return undefined;
    value = value * 62n + BigInt(digit);
  }
  if (value >> 128n !== 0n) return undefined;
  const bytes = new Uint8Array(16);
  for (let i = 15; i >= 0; i--) {
    bytes[i] = Number(value & 255n);
    value >>= 8n;
  }
  return bytes;
};

/** `length` base62 characters, each equally likely, from a source of random bytes. */
export const randomText = (length: number, randomBytes: (count: number) => Uint8Array): string => {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length + 8)) {
      if (byte < unbiasedBytes && text.length < length) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
};
