import { invalidField } from "../errors.ts";
import type { Policy } from "../model/policy.ts";

const dayMs = 86_400_000;

/** When a key shall end, as asked for. */
export type Expiry =
  | { readonly kind: "default" }
  | { readonly kind: "never" }
  | { readonly kind: "days"; readonly days: number }
  | { readonly kind: "at"; readonly atMs: number };

type ExpiryPolicy = Pick<Policy, "defaultExpiresInDays" | "maxExpiresInDays" | "allowNoExpiry">;

/** The moment that a key ends, null for never; an `INVALID_REQUEST` that names the field where the policy does not allow it. */
export const resolveExpiry = (policy: ExpiryPolicy, expiry: Expiry, nowMs: number): number | null => {
  switch (expiry.kind) {
    case "default":
      return nowMs + policy.defaultExpiresInDays * dayMs;
    case "never":
      if (!policy.allowNoExpiry) throw invalidField("/expires_in_days", `must be 1 to ${policy.maxExpiresInDays}: keys without an end are not allowed here`);
      return null;
    case "days":
      if (expiry.days > policy.maxExpiresInDays) throw invalidField("/expires_in_days", `must be 1 to ${policy.maxExpiresInDays}`);
      return nowMs + expiry.days * dayMs;
    case "at":
      if (!(expiry.atMs > nowMs && expiry.atMs <= nowMs + policy.maxExpiresInDays * dayMs)) {
        throw invalidField("/expires_at", `must lie in the future, at most ${policy.maxExpiresInDays} days from now`);
      }
      return expiry.atMs;
  }
};
