/** What the authentication library calls its tables and columns, in the store's own words. */
const moments = { createdAt: "created_at", updatedAt: "updated_at" };

/** A field of ours beside the library's. No request may set it. */
const flag = (fieldName: string) => ({ type: "boolean", required: true, defaultValue: false, input: false, fieldName }) as const;

export const user = {
  modelName: "accounts",
  fields: { emailVerified: "email_verified", ...moments },
  additionalFields: { isOperator: flag("is_operator"), mustChangePassword: flag("must_change_password") },
} as const;

export const session = {
  modelName: "account_sessions",
  fields: { userId: "account_id", expiresAt: "expires_at", ipAddress: "ip_address", userAgent: "user_agent", ...moments },
} as const;

export const account = {
  modelName: "account_logins",
  fields: {
    userId: "account_id",
    accountId: "provider_account_id",
    providerId: "provider_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
    ...moments,
  },
} as const;

export const verification = { modelName: "account_verifications", fields: { expiresAt: "expires_at", ...moments } } as const;

export const twoFactorSchema = {
  user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
  twoFactor: {
    modelName: "account_two_factors",
    fields: {
      backupCodes: "backup_codes",
      userId: "account_id",
      failedVerificationCount: "failed_verification_count",
      lockedUntil: "locked_until",
    },
  },
} as const;
