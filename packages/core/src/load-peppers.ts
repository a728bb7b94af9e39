import type { Peppers } from "./keyring.ts";
import type { Random } from "./ports/random.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import { fromHex, toHex } from "./rules/hex.ts";

/** Where every installation has its peppers, and a process that serves can always read. */
export const pepperPath = "keywright/pepper";
const pepperBytes = 32;

/**
 * The peppers of this installation; made on the first start. Two processes that start at once agree: the write is a check-and-set,
 * and whoever loses reads the winner's.
 */
export const loadPeppers = async (deps: { secretStore: SecretStore; random: Random }): Promise<Peppers> => {
  const found = await deps.secretStore.read(pepperPath);
  if (found !== undefined) return parse(found.data);
  await deps.secretStore.write(pepperPath, { current: "1", v1: toHex(deps.random.bytes(pepperBytes)) }, 0);
  const entry = await deps.secretStore.read(pepperPath);
  if (entry === undefined) throw new Error("The secret store lost the pepper that was just written.");
  return parse(entry.data);
};

const parse = (data: Readonly<Record<string, string>>): Peppers => {
  const versions = new Map<number, Uint8Array>();
  for (const [name, value] of Object.entries(data)) {
    const bytes = /^v[1-9]\d*$/.test(name) ? fromHex(value) : undefined;
    if (bytes?.length === pepperBytes) versions.set(Number(name.slice(1)), bytes);
  }
  const current = Number(data["current"]);
  if (!versions.has(current))
    throw new Error(`The pepper at ${pepperPath} in the secret store is damaged: it has no version ${data["current"] ?? "named current"}.`);
  return { current, versions };
};
