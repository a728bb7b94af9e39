import type { Cluster } from "./cluster.ts";
import type { Call, Reply } from "./keywright-process.ts";

/** A key that is about to be changed. */
export interface Subject {
  readonly tenantId: string;
  readonly keyId: string;
  /** What is verified: the text changes with a regeneration. */
  readonly body: { readonly key: string; readonly scopes: readonly string[]; readonly ip: string };
}

export interface Made {
  readonly reply: Reply;
  readonly answeredInMs: number;
}

/** Something after whose answer no process accepts what was accepted before. */
export interface Change {
  readonly name: string;
  /** The verdicts that may follow. */
  readonly refusals: readonly string[];
  call(subject: Subject): Call;
  /** What makes the key valid again; null: a new secret does, or nothing. */
  readonly undo: ((subject: Subject) => Call) | null;
}

const ip = "203.0.113.7";
const scopes = ["send_email", "read_analytics"];

export const newSubject = async (cluster: Cluster, number: number): Promise<Subject> => {
  const api = cluster.api(number);
  const { id: tenantId } = await api.createTenant();
  const { id: keyId, key } = await api.createKey(tenantId, { scopes });
  return { tenantId, keyId, body: { key, scopes: ["send_email"], ip } };
};

const keyPath = ({ keyId }: Subject) => `/api/v1/platform/api-keys/${keyId}`;
const ofKey = (body: object) => (subject: Subject) => ({ method: "PATCH", path: keyPath(subject), body });
const ofTenant = (body: object) => (subject: Subject) => ({ method: "PATCH", path: `/api/v1/platform/tenants/${subject.tenantId}`, body });

export const revocation: Change = {
  name: "revoke",
  refusals: ["REVOKED"],
  call: (subject) => ({ method: "DELETE", path: keyPath(subject), body: { reason: "leaked" } }),
  undo: null,
};

/** Those after which the key lives. */
export const passingChanges: readonly Change[] = [
  { name: "disable", refusals: ["DISABLED"], call: ofKey({ enabled: false }), undo: ofKey({ enabled: true }) },
  { name: "narrow scopes", refusals: ["INSUFFICIENT_SCOPE"], call: ofKey({ scopes: ["read_analytics"] }), undo: ofKey({ scopes }) },
  { name: "narrow the allow-list", refusals: ["IP_NOT_ALLOWED"], call: ofKey({ ip_allowlist: ["198.51.100.0/24"] }), undo: ofKey({ ip_allowlist: [] }) },
  { name: "suspend the tenant", refusals: ["TENANT_SUSPENDED"], call: ofTenant({ status: "suspended" }), undo: ofTenant({ status: "active" }) },
  {
    name: "regenerate with grace 0",
    refusals: ["EXPIRED", "NOT_FOUND"],
    call: (subject) => ({ method: "POST", path: `${keyPath(subject)}/regenerate`, body: { grace_seconds: 0 } }),
    undo: null,
  },
];

/** Through the process of this number. */
export const make = async (cluster: Cluster, number: number, call: Call): Promise<Made> => {
  const askedMs = performance.now();
  const reply = await cluster.at(number).call({ key: cluster.rootKey, ...call });
  return { reply, answeredInMs: performance.now() - askedMs };
};
