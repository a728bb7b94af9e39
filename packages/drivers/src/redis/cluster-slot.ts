/** CRC-16/XMODEM, as the cluster specification of Redis has it. */
const crc16 = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
};

const slots = 16_384;

/** The slot of a key: of what stands between its first braces, where something does (Redis cluster specification, "Hash tags"). */
export const calculateSlot = (key: string): number => {
  const [, tag = key] = /^[^{]*\{([^}]+)\}/.exec(key) ?? [];
  return crc16(Buffer.from(tag)) % slots;
};

/**
 * The hash tags of a cluster's shards: as many as there are, in slots that are evenly apart, so that the servers have equal shares. Every process must
 * know the same ones, for a key's entry is where its tag leads.
 */
export const clusterTags: readonly string[] = Array.from({ length: 16 }, (_, shard) => {
  let tag = 0;
  while (Math.floor(calculateSlot(String(tag)) / (slots / 16)) !== shard) tag += 1;
  return String(tag);
});
