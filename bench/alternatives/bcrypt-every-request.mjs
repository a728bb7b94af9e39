import "./production.mjs";
import { randomBytes } from "node:crypto";
import bcrypt from "bcrypt";
import { keyCount, serve } from "./contract.mjs";

const cost = 12;

/**
 * A key is an id, a dot and a secret; the id finds the hash, bcrypt checks the secret. All keys share one secret and so one hash: a hash of
 * its own for each of 10,000 keys takes half an hour of a core to make, and a comparison costs the same whatever it compares.
 */
const prepare = async () => {
  const secret = randomBytes(24).toString("base64url");
  const hash = await bcrypt.hash(secret, cost);
  const ids = Array.from({ length: keyCount() }, () => randomBytes(8).toString("hex"));
  const hashes = new Map(ids.map((id) => [id, hash]));
  /** @type {import("./contract.mjs").Verify} */
  const verify = async (key) => {
    const [id = "", given = ""] = key.split(".");
    const stored = hashes.get(id);
    if (stored === undefined) return { valid: false, code: "NOT_FOUND" };
    return (await bcrypt.compare(given, stored)) ? { valid: true, keyId: id } : { valid: false, code: "NOT_FOUND" };
  };
  return { keys: ids.map((id) => `${id}.${secret}`), verify };
};

await serve(prepare);
