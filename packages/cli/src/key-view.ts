import type { ApiKey } from "@keywright/contract";
import type { Cell, Paper } from "./paper.ts";
import { formatRateLimit } from "./rate-limit.ts";
import { shownList, shownStatus, shownTime } from "./view.ts";

/** API keys, a line each. */
export const keyTable = (paper: Paper, keys: readonly ApiKey[]): string => {
  if (keys.length === 0) return "No API keys.";
  const head = ["ID", "NAME", "HINT", "STATUS", "SCOPES", "TENANT", "EXPIRES", "LAST USED"];
  return paper.table(
    head,
    keys.map((key) => [
      key.id,
      key.name,
      key.hint,
      shownStatus(key.status),
      shownList(key.scopes, "none"),
      key.tenant_id,
      shownTime(key.expires_at, "never"),
      shownTime(key.last_used_at, "never"),
    ]),
  );
};

/** One API key with everything about it; `first` stands above. */
export const keyFields = (paper: Paper, key: ApiKey, first: readonly (readonly [string, Cell])[] = []): string =>
  paper.fields([...first, ...identity(key), ...limits(key), ...history(key)]);

/** A key in a sentence. */
export const nameKey = ({ id, name, hint }: Pick<ApiKey, "id" | "name" | "hint">): string => `${id} (${JSON.stringify(name)}, ${hint})`;

const identity = (key: ApiKey): [string, Cell][] => [
  ["ID", key.id],
  ["Name", key.name],
  ["Status", shownStatus(key.status)],
  ["Tenant", key.tenant_id],
  ["Owner", key.owner.id === null ? key.owner.type : `${key.owner.type} ${key.owner.id}`],
  ["Environment", key.environment],
  ["Scopes", shownList(key.scopes, "none")],
  ["Hint", key.hint],
  ...key.secrets
    .filter(({ status }) => status === "previous")
    .map(({ hint, valid_until: end }): [string, Cell] => ["Previous secret", `${hint} until ${shownTime(end, "now")}`]),
];

const limits = (key: ApiKey): [string, Cell][] => [
  ["Expires", shownTime(key.expires_at, "never")],
  ["Addresses", shownList(key.ip_allowlist, "any")],
  ["Rate limit", key.rate_limit === null ? "the tenant's" : formatRateLimit(key.rate_limit)],
  ["Monthly quota", key.monthly_quota === null ? "none" : String(key.monthly_quota)],
  ["Metadata", Object.keys(key.metadata).length === 0 ? "none" : JSON.stringify(key.metadata)],
];

const history = (key: ApiKey): [string, Cell][] => {
  const fields: [string, Cell][] = [
    ["Created", shownTime(key.created_at, "")],
    ["Changed", `${shownTime(key.updated_at, "")} (revision ${key.revision})`],
    ["Last used", `${shownTime(key.last_used_at, "never")}${key.last_used_ip === null ? "" : ` from ${key.last_used_ip}`}`],
  ];
  if (key.revoked_at !== null) fields.push(["Revoked", `${shownTime(key.revoked_at, "")}${key.revoked_reason === null ? "" : `: ${key.revoked_reason}`}`]);
  return fields;
};
