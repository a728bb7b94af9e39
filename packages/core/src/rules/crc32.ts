/** CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320), one table entry a byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 of the first `end` characters of an ASCII text. */
export const crc32 = (text: string, end: number): number => {
  let crc = 0xffffffff;
  for (let i = 0; i < end; i++) crc = (crc >>> 8) ^ (table[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
};
