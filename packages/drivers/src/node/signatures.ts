import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import type { Signatures } from "@keywright/core";

/** Ed25519 (RFC 8032) by `node:crypto`. */
export const signatures = {
  makeKey: () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    return {
      privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64url"),
      publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64url"),
    };
  },
  sign: (privateKey, text) => {
    const key = createPrivateKey({ key: Buffer.from(privateKey, "base64url"), format: "der", type: "pkcs8" });
    return sign(null, Buffer.from(text, "utf8"), key).toString("base64url");
  },
  isSigned: (publicKey, text, signature) => {
    const bytes = Buffer.from(signature, "base64url");
    // Decoding skips foreign characters and spare bits: only the one spelling that `sign` writes is genuine.
    if (bytes.toString("base64url") !== signature) return false;
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64url"), format: "der", type: "spki" });
    return verify(null, Buffer.from(text, "utf8"), key, bytes);
  },
  keyId: (publicKey) => createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("hex").slice(0, 16),
} satisfies Signatures;
