import type { EndpointReply } from "@keywright/contract";

/** Answers as the server gives them. */
export const ids = {
  key: `key_${"0".repeat(21)}1`,
  tenant: `ten_${"0".repeat(21)}2`,
  member: `mem_${"0".repeat(21)}3`,
  team: `team_${"0".repeat(21)}4`,
  invitation: `inv_${"0".repeat(21)}5`,
} as const;

export const keyText = `pm_live_${"K".repeat(32)}`;
const time = "2030-01-01T10:00:00.123Z";

export const apiKey: EndpointReply<"get-key"> = {
  id: ids.key,
  tenant_id: ids.tenant,
  name: "Mailer",
  environment: "live",
  scopes: ["send_email", "read_analytics"],
  status: "active",
  owner: { type: "member", id: ids.member },
  hint: "pm_live_…KKKK",
  secrets: [
    { hint: "pm_live_…KKKK", status: "current", created_at: time, valid_until: null },
    { hint: "pm_live_…JJJJ", status: "previous", created_at: time, valid_until: "2030-02-01T10:00:00.000Z" },
  ],
  ip_allowlist: ["203.0.113.0/24"],
  rate_limit: { limit: 100, window_seconds: 60 },
  monthly_quota: 5000,
  metadata: { team: "core" },
  expires_at: "2030-04-01T10:00:00.000Z",
  created_at: time,
  updated_at: time,
  revoked_at: null,
  revoked_reason: null,
  last_used_at: null,
  last_used_ip: null,
  revision: 7,
};

export const createdKey: EndpointReply<"create-key"> = { ...apiKey, key: keyText };
export const regeneratedKey: EndpointReply<"regenerate-key"> = { ...createdKey, previous_secret_valid_until: "2030-02-01T12:00:00.000Z" };
export const revokedKey: EndpointReply<"revoke-key"> = { id: ids.key, status: "revoked", enforced: true, revoked_at: time, reason: "leaked" };

export const tenant: EndpointReply<"get-tenant"> = {
  id: ids.tenant,
  name: "Acme",
  tier: "pro",
  status: "active",
  rate_limit: null,
  effective_rate_limit: { limit: 300, window_seconds: 60 },
  created_at: time,
  updated_at: time,
  revision: 1,
};

export const member: EndpointReply<"create-member"> = {
  id: ids.member,
  tenant_id: ids.tenant,
  email: "ada@example.com",
  name: "Ada",
  role: "developer",
  created_at: time,
};

export const team: EndpointReply<"get-team"> = { id: ids.team, tenant_id: ids.tenant, name: "Mailing", created_at: time, updated_at: time };

export const invitation: EndpointReply<"create-invitation"> = {
  id: ids.invitation,
  tenant_id: ids.tenant,
  email: "grace@example.com",
  role: "admin",
  team_ids: [ids.team],
  status: "pending",
  created_at: time,
  expires_at: "2030-01-08T10:00:00.000Z",
  accepted_at: null,
};

export const rootKeyEntry: EndpointReply<"list-root-keys">["data"][number] = {
  id: ids.key,
  name: "Gateway",
  permissions: ["verify"],
  status: "active",
  hint: "pm_root_…GGGG",
  created_at: time,
  revoked_at: null,
  last_used_at: null,
};

export const auditEntry: EndpointReply<"list-audit-log">["data"][number] = {
  id: "aud_1",
  tenant_id: ids.tenant,
  at: time,
  actor: { type: "root_key", id: ids.key },
  action: "key.revoked",
  target: { type: "key", id: ids.key },
  reason: "leaked",
  ip: "203.0.113.7",
  request_id: "req_1",
  before: null,
  after: null,
};

export const verification: EndpointReply<"verify-key"> = {
  valid: true,
  code: "VALID",
  key_id: ids.key,
  tenant_id: ids.tenant,
  owner: { type: "tenant", id: ids.tenant },
  scopes: ["send_email"],
  environment: "live",
  expires_at: null,
  metadata: {},
  rate_limit: { limit: 60, remaining: 59, reset_seconds: 1 },
  quota: null,
};

export const usage: EndpointReply<"get-key-usage"> = {
  from: "2030-01-24T00:00:00.000Z",
  to: "2030-02-01T00:00:00.000Z",
  granularity: "day",
  requests: 12,
  errors: { RATE_LIMITED: 3 },
  endpoints: [{ endpoint: "/v1/emails", requests: 12 }],
  series: [{ start: "2030-01-31T00:00:00.000Z", requests: 12, errors: 3, codes: { RATE_LIMITED: 3 } }],
  responses: { requests: 0, statuses: {}, latency_ms: null },
  last_used_at: time,
  last_used_ip: "203.0.113.7",
};
