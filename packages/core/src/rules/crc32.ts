/** CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), one table entry a byte. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** A checksum on its way, as a 32-bit integer: begun, taken on by one ASCII character, and ended. */
export const beganCrc = -1;
export const nextCrc = (crc: number, code: number): number => (crc >>> 8) ^ (table[(crc ^ code) & 0xff] ?? 0);
export const endedCrc = (crc: number): number => ~crc >>> 0;

/** CRC-32 of the first `end` characters of an ASCII text. */
export const crc32 = (text: string, end: number): number => {
  let crc = beganCrc;
  for (let i = 0; i < end; i++) crc = nextCrc(crc, text.charCodeAt(i));
  return endedCrc(crc);
};
