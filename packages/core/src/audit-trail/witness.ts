import type { Checkpoint } from "@keywright/contract";
import type { SecretStore } from "../ports/secret-store.ts";

/**
 * The newest checkpoint of each chain stands in the secret store too: whoever can write the database alone can delete the newest entries together with
 * the checkpoints of them, and not this.
 */
const pathOf = (tenantId: string | null): string => `keywright/audit-heads/${tenantId ?? "platform"}`;

export const keepWitness = async (secretStore: Pick<SecretStore, "read" | "write">, checkpoint: Checkpoint): Promise<void> => {
  const path = pathOf(checkpoint.tenant_id);
  const standing = await secretStore.read(path);
  // Whoever was quicker has written a newer one.
  await secretStore.write(path, { checkpoint: JSON.stringify(checkpoint) }, standing?.version ?? 0);
};

/** undefined: the chain was never sealed. */
export const readWitness = async (secretStore: Pick<SecretStore, "read">, tenantId: string | null): Promise<Checkpoint | undefined> => {
  const text = (await secretStore.read(pathOf(tenantId)))?.data["checkpoint"];
  return text === undefined ? undefined : (JSON.parse(text) as Checkpoint);
};
