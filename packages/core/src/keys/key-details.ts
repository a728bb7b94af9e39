import type { AnswerCodec } from "../idempotency.ts";
import type { ApiKey, KeyActivity, KeySecret } from "../model/key.ts";
import { Secret } from "../model/secret.ts";
import type { StoredKey } from "../ports/key-store.ts";

/** A key as its owner may see it: rows without tags; never the plaintext. */
export interface KeyDetails {
  readonly key: ApiKey;
  /** The current secret first, then the others, newest first. */
  readonly secrets: readonly KeySecret[];
  readonly activity: KeyActivity;
}

/** A key with its new plaintext: the only moment that it can be seen. */
export interface IssuedKey {
  readonly details: KeyDetails;
  readonly secret: Secret;
}

export const toDetails = (stored: StoredKey): KeyDetails => ({
  key: stored.key.row,
  secrets: stored.secrets.map(({ row }) => row),
  activity: stored.activity,
});

export const unused: KeyActivity = { lastUsedAtMs: null, lastUsedIp: null };

export const issuedCodec: AnswerCodec<IssuedKey> = {
  write: ({ details, secret }) => JSON.stringify({ details, plaintext: secret.reveal() }),
  read: (text) => {
    const { details, plaintext } = JSON.parse(text) as { details: KeyDetails; plaintext: string };
    return { details, secret: new Secret(plaintext) };
  },
};

/** The fields that the audit log shows of a key. */
export const auditView = (key: ApiKey) => ({
  name: key.name,
  environment: key.environment,
  scopes: key.scopes,
  state: key.state,
  owner_id: key.ownerId,
  ip_allowlist: key.ipAllowlist,
  rate_limit: key.rateLimit && { limit: key.rateLimit.limit, window_seconds: key.rateLimit.windowSeconds },
  monthly_quota: key.monthlyQuota,
  expires_at_ms: key.expiresAtMs,
  revision: key.revision,
});
