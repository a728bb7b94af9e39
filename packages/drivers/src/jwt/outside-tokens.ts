import { type ClaimOptions, type Clock, type OutsideTokens, readPerson, Unavailable } from "@keywright/core";
import { errors, jwtVerify } from "jose";
import { createIssuerKeys, type IssuerKeysOptions } from "./issuer-keys.ts";

export interface OutsideTokensOptions extends ClaimOptions, IssuerKeysOptions {
  readonly clock: Clock;
  /** `iss`, to the letter. */
  readonly issuer: string;
  /** What `aud` must hold. */
  readonly audience: string;
}

export type OpenOutsideTokens = OutsideTokens & {
  /** `ok`, or one sentence of what is wrong with the issuer's keys. */
  health(): Promise<string>;
};

/** Longer than any issuer's, short of what Node takes for one header. */
const maxTokenLength = 8_192;
/** Between the issuer's clock and this machine's. */
const clockToleranceSeconds = 10;

/**
 * By key pairs alone (RFC 8725, section 3.1): a shared secret would make everyone who can check a token one who can make it, and the key set, which
 * is public, must never be taken for such a secret.
 */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/** JSON Web Tokens of one issuer, checked against the keys that it publishes. */
export const createOutsideTokens = (options: OutsideTokensOptions): OpenOutsideTokens => {
  const { clock, issuer, audience } = options;
  const keys = createIssuerKeys(options);
  return {
    verify: async (token) => {
      if (token.length > maxTokenLength) return undefined;
      try {
        const currentDate = new Date(clock.nowMs());
        const rules = { algorithms, issuer, audience, currentDate, clockTolerance: clockToleranceSeconds, requiredClaims: ["exp", "iss", "aud"] };
        const { payload } = await jwtVerify(token, keys.find, rules);
        return readPerson(payload, issuer, options);
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },
    health: keys.health,
  } satisfies OpenOutsideTokens;
};

/** jose tells of a token or a key that is not good by its own errors, and of a key that does not fit its algorithm by a TypeError. */
const isRefusal = (error: unknown): boolean => error instanceof errors.JOSEError || error instanceof TypeError || isBadKey(error);

/** A key of the set that the machine's cryptography does not take, as of a curve that it does not know. */
const isBadKey = (error: unknown): boolean => error instanceof DOMException && error.name !== "TimeoutError";
