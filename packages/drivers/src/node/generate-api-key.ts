import { keyEnvironments, maxKeyLength, minBodyLength, mintKey } from "@keywright/core";
import { systemClock } from "./clock.ts";
import { createRandom } from "./random.ts";

export interface GenerateOptions {
  /** What the key begins with: a lower-case letter, then up to 15 lower-case letters or digits. Default `pm`. */
  readonly prefix?: string;
  /** `live` (the default) or `test`. */
  readonly environment?: string;
  /** Characters of the body, the last six of them checksum: 32 (the default) or more, the whole key at most 72. */
  readonly bodyLength?: number;
}

const random = createRandom({ clock: systemClock });

/**
 * A new key text, `{prefix}_{environment}_{body}`: 155 random bits and a checksum by default. It is known to no Keywright: to issue a key that
 * verifies, call the API. Throws a RangeError that names the option that is out of range.
 */
export const generateAPIKey = ({ prefix = "pm", environment = "live", bodyLength = minBodyLength }: GenerateOptions = {}): string => {
  if (!/^[a-z][a-z0-9]{0,15}$/.test(prefix)) throw new RangeError("prefix must be a lower-case letter, then up to 15 lower-case letters or digits");
  if (!(keyEnvironments as readonly string[]).includes(environment)) throw new RangeError(`environment must be one of ${keyEnvironments.join(", ")}`);
  const longest = maxKeyLength - `${prefix}_${environment}_`.length;
  if (!Number.isInteger(bodyLength) || bodyLength < minBodyLength || bodyLength > longest) {
    throw new RangeError(`bodyLength must be ${minBodyLength} to ${longest} with the prefix ${prefix}: a key has ${maxKeyLength} characters at most`);
  }
  return mintKey({ prefix, bodyLength }, environment, (count) => random.bytes(count));
};
