import { expect, it } from "vitest";
import { deriveAccountSecrets } from "./account-secrets.ts";
import type { Cryptography } from "./ports/keyed-hash.ts";

const cryptography: Pick<Cryptography, "deriveKey"> = { deriveKey: (key, info) => Uint8Array.of(...key, info.length) };

it("derives one secret a pepper, the current one first, then the newest", () => {
  const versions = new Map([1, 2, 3].map((version) => [version, Uint8Array.of(version)]));
  const secrets = deriveAccountSecrets(cryptography, { current: 2, versions });
  expect(secrets).toEqual([
    { version: 2, value: "0212" },
    { version: 3, value: "0312" },
    { version: 1, value: "0112" },
  ]);
});
