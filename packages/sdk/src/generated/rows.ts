// Generated from the endpoint table by `npm run docs`.

/** Method, path, what it takes (b: body, q: query, i: idempotency key, p: answers pages, t: answers text), and the method's group and name. */
export type Row = readonly [method: string, path: string, takes: string, group: string, name: string];

export const rows: Readonly<Record<string, Row>> = {
  "verify-key": ["POST", "/api/v1/verify", "b", "", ""],
  "verify-keys": ["POST", "/api/v1/verify/batch", "b", "", ""],
  "create-key": ["POST", "/api/v1/platform/api-keys", "bi", "keys", "create"],
  "list-keys": ["GET", "/api/v1/platform/api-keys", "qp", "keys", "list"],
  "get-key-options": ["GET", "/api/v1/platform/key-options", "q", "keyOptions", "get"],
  "get-key": ["GET", "/api/v1/platform/api-keys/{key_id}", "", "keys", "get"],
  "update-key": ["PATCH", "/api/v1/platform/api-keys/{key_id}", "b", "keys", "update"],
  "regenerate-key": ["POST", "/api/v1/platform/api-keys/{key_id}/regenerate", "bi", "keys", "regenerate"],
  "revoke-key": ["DELETE", "/api/v1/platform/api-keys/{key_id}", "bq", "keys", "revoke"],
  "get-key-usage": ["GET", "/api/v1/platform/api-keys/{key_id}/usage", "q", "keys", "getUsage"],
  "create-tenant": ["POST", "/api/v1/platform/tenants", "bi", "tenants", "create"],
  "list-tenants": ["GET", "/api/v1/platform/tenants", "qp", "tenants", "list"],
  "get-tenant": ["GET", "/api/v1/platform/tenants/{tenant_id}", "", "tenants", "get"],
  "update-tenant": ["PATCH", "/api/v1/platform/tenants/{tenant_id}", "b", "tenants", "update"],
  "get-me": ["GET", "/api/v1/platform/me", "", "me", "get"],
  "create-member": ["POST", "/api/v1/platform/members", "bi", "members", "create"],
  "list-members": ["GET", "/api/v1/platform/members", "qp", "members", "list"],
  "get-member": ["GET", "/api/v1/platform/members/{member_id}", "", "members", "get"],
  "update-member": ["PATCH", "/api/v1/platform/members/{member_id}", "b", "members", "update"],
  "remove-member": ["DELETE", "/api/v1/platform/members/{member_id}", "b", "members", "remove"],
  "create-team": ["POST", "/api/v1/platform/teams", "bi", "teams", "create"],
  "list-teams": ["GET", "/api/v1/platform/teams", "qp", "teams", "list"],
  "get-team": ["GET", "/api/v1/platform/teams/{team_id}", "", "teams", "get"],
  "update-team": ["PATCH", "/api/v1/platform/teams/{team_id}", "b", "teams", "update"],
  "delete-team": ["DELETE", "/api/v1/platform/teams/{team_id}", "", "teams", "delete"],
  "list-team-members": ["GET", "/api/v1/platform/teams/{team_id}/members", "qp", "teams", "listMembers"],
  "add-team-member": ["POST", "/api/v1/platform/teams/{team_id}/members", "b", "teams", "addMember"],
  "remove-team-member": ["DELETE", "/api/v1/platform/teams/{team_id}/members/{member_id}", "", "teams", "removeMember"],
  "create-invitation": ["POST", "/api/v1/platform/invitations", "bi", "invitations", "create"],
  "list-invitations": ["GET", "/api/v1/platform/invitations", "qp", "invitations", "list"],
  "resend-invitation": ["POST", "/api/v1/platform/invitations/{invitation_id}/resend", "", "invitations", "resend"],
  "withdraw-invitation": ["DELETE", "/api/v1/platform/invitations/{invitation_id}", "", "invitations", "withdraw"],
  "accept-invitation": ["POST", "/api/v1/platform/invitations/accept", "b", "invitations", "accept"],
  "get-settings": ["GET", "/api/v1/platform/settings", "q", "settings", "get"],
  "update-settings": ["PATCH", "/api/v1/platform/settings", "b", "settings", "update"],
  "create-root-key": ["POST", "/api/v1/platform/root-keys", "bi", "rootKeys", "create"],
  "list-root-keys": ["GET", "/api/v1/platform/root-keys", "qp", "rootKeys", "list"],
  "revoke-root-key": ["DELETE", "/api/v1/platform/root-keys/{key_id}", "bq", "rootKeys", "revoke"],
  "list-audit-log": ["GET", "/api/v1/platform/audit-log", "qp", "auditLog", "list"],
  "get-usage": ["GET", "/api/v1/platform/usage", "q", "usage", "get"],
};

export const knownErrors = "INVALID_REQUEST INVALID_JSON INVALID_CURSOR LINK_NOT_VALID CREDENTIAL_IN_QUERY TWO_CREDENTIALS UNAUTHENTICATED INVALID_CREDENTIAL SIGN_IN_REFUSED CODE_NOT_VALID SSO_REFUSED PERMISSION_DENIED EMAIL_NOT_VERIFIED SIGN_UP_CLOSED PASSWORD_CHANGE_REQUIRED CROSS_SITE_REQUEST TENANT_SUSPENDED ADDRESS_NOT_ALLOWED SCOPE_NOT_HELD NOT_FOUND NO_SUCH_ENDPOINT FEATURE_DISABLED METHOD_NOT_ALLOWED KEY_LIMIT_REACHED KEY_NOT_ACTIVE LAST_OWNER OWNS_KEYS INVITED_ANOTHER INVITATION_ENDED NAME_TAKEN PRECONDITION_FAILED BODY_TOO_LARGE UNSUPPORTED_MEDIA_TYPE IDEMPOTENCY_KEY_REUSED TOO_MANY_ATTEMPTS RATE_LIMITED QUOTA_EXCEEDED INTERNAL SSO_UNAVAILABLE UNAVAILABLE";
