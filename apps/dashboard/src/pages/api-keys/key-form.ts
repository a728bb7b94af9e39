import type { ApiKey, CreateApiKey, UpdateApiKey } from "@keywright/contract";
import type { Places } from "../../problem.ts";

/** What the form of a key holds while it is typed: text, until it is sent. */
export interface KeyFormValues {
  name: string;
  environment: "live" | "test";
  scopes: string[];
  /** Days; or `date`, `never`, `keep` (as it is). */
  expiry: string;
  /** `YYYY-MM-DD`: the last day, where `expiry` is `date`. */
  date: string;
  /** A team's id; or empty: whoever creates the key, an operator for the tenant itself. */
  owner: string;
  allowlist: string;
  rateLimit: string;
  /** Seconds. */
  rateWindow: string;
  quota: string;
  metadata: { name: string; value: string }[];
}

export const emptyKeyForm: KeyFormValues = {
  name: "",
  environment: "live",
  scopes: [],
  expiry: "90",
  date: "",
  owner: "",
  allowlist: "",
  rateLimit: "",
  rateWindow: "60",
  quota: "",
  metadata: [],
};

/** Where what the server finds wrong stands. */
export const keyFormPlaces: Places<keyof KeyFormValues> = {
  name: "name",
  environment: "environment",
  scopes: "scopes",
  SCOPE_NOT_HELD: "scopes",
  expires_in_days: "expiry",
  expires_at: "expiry",
  owner_id: "owner",
  team_id: "owner",
  KEY_LIMIT_REACHED: "owner",
  ip_allowlist: "allowlist",
  rate_limit: "rateLimit",
  "rate_limit/window_seconds": "rateWindow",
  monthly_quota: "quota",
  metadata: "metadata",
};

/** Fields that are folded away at first. */
export const foldedFields: readonly (keyof KeyFormValues)[] = ["allowlist", "rateLimit", "rateWindow", "quota", "metadata"];

export const toCreateBody = (values: KeyFormValues, tenant: { readonly tenant_id?: string }): CreateApiKey => ({
  ...tenant,
  name: values.name.trim(),
  environment: values.environment,
  scopes: values.scopes,
  ...expiryOf(values),
  ...(values.owner !== "" && { team_id: values.owner }),
  ...limitsOf(values),
});

/** What differs from the key as it was read; empty: nothing does. */
export const toUpdateBody = (values: KeyFormValues, key: ApiKey): UpdateApiKey => {
  const before: Readonly<Record<string, unknown>> = key;
  const after = { name: values.name.trim(), scopes: inOrderOf(key.scopes, values.scopes), ...limitsOf(values) };
  const wanted = { ...after, metadata: keepTypes(after.metadata, key.metadata) };
  const changed = Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  return { ...Object.fromEntries(changed), ...expiryOf(values) };
};

/** Ticking boxes changes the order, which means nothing. */
const inOrderOf = (before: readonly string[], now: readonly string[]): string[] => [
  ...before.filter((scope) => now.includes(scope)),
  ...now.filter((scope) => !before.includes(scope)),
];

/** The form knows texts alone; a number that was not touched stays one. */
const keepTypes = (now: Readonly<Record<string, string>>, before: ApiKey["metadata"]): ApiKey["metadata"] =>
  Object.fromEntries(Object.entries(now).map(([name, value]) => [name, String(before[name]) === value ? (before[name] ?? value) : value]));

const limitsOf = ({ allowlist, rateLimit, rateWindow, quota, metadata }: KeyFormValues) => ({
  ip_allowlist: linesOf(allowlist),
  rate_limit: rateLimit.trim() === "" ? null : { limit: toNumber(rateLimit), window_seconds: toNumber(rateWindow) },
  monthly_quota: quota.trim() === "" ? null : toNumber(quota),
  metadata: Object.fromEntries(metadata.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value])),
});

const expiryOf = ({ expiry, date }: KeyFormValues): { expires_in_days?: number | null; expires_at?: string } => {
  if (expiry === "keep") return {};
  if (expiry === "never") return { expires_in_days: null };
  if (expiry === "date") return { expires_at: endOfDay(date) };
  return { expires_in_days: Number(expiry) };
};

/** The end of that day where the person is. */
const endOfDay = (date: string): string => {
  const end = new Date(`${date}T23:59:59`);
  return Number.isNaN(end.getTime()) ? date : end.toISOString();
};

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;]+/)
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];

/** "1,000" is a thousand. */
const toNumber = (text: string): number => Number(text.replaceAll(/[\s,_]/g, ""));

/** Empty, or a whole number; whether it is too large the server says. */
export const isWholeOrEmpty = (text: string): boolean => /^[\d\s,_]*$/.test(text);

export const fromKey = (key: ApiKey): KeyFormValues => ({
  name: key.name,
  environment: key.environment,
  scopes: [...key.scopes],
  expiry: "keep",
  date: key.expires_at?.slice(0, 10) ?? "",
  owner: key.owner.type === "team" ? (key.owner.id ?? "") : "",
  allowlist: key.ip_allowlist.join("\n"),
  rateLimit: key.rate_limit === null ? "" : String(key.rate_limit.limit),
  rateWindow: String(key.rate_limit?.window_seconds ?? 60),
  quota: key.monthly_quota === null ? "" : String(key.monthly_quota),
  metadata: Object.entries(key.metadata).map(([name, value]) => ({ name, value: String(value) })),
});

export const addLine = (text: string, line: string): string => (linesOf(text).includes(line) ? text : [...linesOf(text), line].join("\n"));
