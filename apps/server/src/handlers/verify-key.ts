import type { Verification, VerifyRequest } from "@keywright/contract";
import { Secret, type VerifyCommand, type VerifyOutcome, verify, verifyAtOnce } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { Handler } from "../http/route.ts";
import type { VerifyAtOnce } from "../http/verify-lane.ts";
import { toOwner, toTimeOrNull } from "./wire-form.ts";

export const verifyKeyHandler =
  (engine: Engine): Handler<"verify-key"> =>
  async ({ body }) => ({ status: 200, body: toVerification(await verify(engine, "api", toCommand(body))) });

/** The same for a caller and a key that are both in memory; undefined: it has to go the long way. */
export const verifyKeyAtOnce = (engine: Engine): VerifyAtOnce => {
  const toReply = (outcome: VerifyOutcome | undefined): Verification | undefined => outcome && toVerification(outcome);
  return (credential, body) => verifyAtOnce(engine, credential, toCommand(body))?.then(toReply);
};

/** Label of a request that names no endpoint. */
const unnamed = "-";

export const toCommand = (body: VerifyRequest): VerifyCommand => ({
  key: new Secret(body.key),
  scopes: body.scopes ?? [],
  ip: body.ip ?? null,
  endpoint: labelOf(body),
  cost: body.cost ?? 1,
  dryRun: body.dry_run ?? false,
});

/** Bounded by the schema, and never with a key in it: a careless caller may send a whole URL. */
const labelOf = ({ endpoint, method }: VerifyRequest): string => {
  if (endpoint === undefined) return unnamed;
  return redactKeys(method === undefined ? endpoint : `${method} ${endpoint}`);
};

const unknown = { key_id: null, tenant_id: null, owner: null, scopes: [], environment: null, expires_at: null, metadata: {}, rate_limit: null, quota: null };

export const toVerification = ({ verdict, record, spent, expiresAtMs }: VerifyOutcome): Verification => {
  if (record === null) return { valid: false, code: verdict, ...unknown };
  const { key } = record;
  return {
    valid: verdict === "VALID",
    code: verdict,
    key_id: key.id,
    tenant_id: key.tenantId,
    owner: toOwner(key),
    scopes: [...key.scopes],
    environment: key.environment,
    expires_at: toTimeOrNull(expiresAtMs),
    metadata: { ...key.metadata },
    rate_limit: tightest(spent),
    quota: spent?.quota ? { limit: spent.quota.limit, remaining: spent.quota.remaining, reset_seconds: spent.quota.resetSeconds } : null,
  };
};

/** Of the key's bucket and the tenant's pool, the one that will refuse first. */
const tightest = (spent: VerifyOutcome["spent"]): Verification["rate_limit"] => {
  const key = spent?.key ?? null;
  const pool = spent?.pool ?? null;
  const view = key !== null && (pool === null || key.remaining <= pool.remaining) ? key : pool;
  return view && { limit: view.limit, remaining: view.remaining, reset_seconds: view.resetSeconds };
};
