import { type Checkpoint, checkpointText } from "@keywright/contract";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Signatures } from "../ports/signatures.ts";

/** The key that checkpoints of the audit log are signed with. */
export interface AuditKey {
  readonly keyId: string;
  /** Base64url of DER, SubjectPublicKeyInfo. */
  readonly publicKey: string;
  sign(checkpoint: Omit<Checkpoint, "key_id" | "signature">): Checkpoint;
  /** Whether this key has signed the text. */
  isSigned(text: string, signed: Pick<Checkpoint, "key_id" | "signature">): boolean;
}

export interface AuditKeyDeps {
  readonly secretStore: Pick<SecretStore, "read" | "write">;
  readonly signatures: Signatures;
}

/** Beside the pepper, where every installation has what is its own. */
const keyPath = "keywright/audit-key";

/** The audit key of this installation; made when it is first needed. Processes that make it at once agree: the write is a check-and-set. */
export const loadAuditKey = async ({ secretStore, signatures }: AuditKeyDeps): Promise<AuditKey> => {
  const entry = (await secretStore.read(keyPath)) ?? (await makeKey({ secretStore, signatures }));
  const { private_key: privateKey, public_key: publicKey } = entry?.data ?? {};
  if (privateKey === undefined || publicKey === undefined) throw new Error(`The key at ${keyPath} in the secret store is damaged.`);
  const keyId = signatures.keyId(publicKey);
  return {
    keyId,
    publicKey,
    sign: (checkpoint) => {
      const line = { ...checkpoint, key_id: keyId };
      return { ...line, signature: signatures.sign(privateKey, checkpointText(line)) };
    },
    isSigned: (text, signed) => signed.key_id === keyId && signatures.isSigned(publicKey, text, signed.signature),
  };
};

const makeKey = async ({ secretStore, signatures }: AuditKeyDeps) => {
  const { privateKey, publicKey } = signatures.makeKey();
  await secretStore.write(keyPath, { private_key: privateKey, public_key: publicKey }, 0);
  return secretStore.read(keyPath);
};
