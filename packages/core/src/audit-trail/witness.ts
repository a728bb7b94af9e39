import type { Checkpoint } from "@keywright/contract";
import type { SecretStore } from "../ports/secret-store.ts";

/**
 * The newest checkpoint of each chain stands in the secret store too: whoever can write the database alone can delete the newest entries together with
 * the checkpoints of them, and not this. Each has a field of its own, by its sequence: a path that is copied to another secret store twice then has both,
 * and no field with two values.
 */
const pathOf = (tenantId: string | null): string => `keywright/audit-heads/${tenantId ?? "platform"}`;

export const keepWitness = async (secretStore: Pick<SecretStore, "read" | "write">, checkpoint: Checkpoint): Promise<void> => {
  const path = pathOf(checkpoint.tenant_id);
  const standing = await secretStore.read(path);
  // Whoever was quicker has written a newer one.
  await secretStore.write(path, { [`entry-${checkpoint.sequence}`]: JSON.stringify(checkpoint) }, standing?.version ?? 0);
};

/** undefined: the chain was never sealed. */
export const readWitness = async (secretStore: Pick<SecretStore, "read">, tenantId: string | null): Promise<Checkpoint | undefined> => {
  const kept = Object.values((await secretStore.read(pathOf(tenantId)))?.data ?? {}).map((text) => JSON.parse(text) as Checkpoint);
  return kept.reduce<Checkpoint | undefined>((newest, one) => (newest === undefined || one.sequence > newest.sequence ? one : newest), undefined);
};
