import { type ApiKey, type Committed, invalidField, revokeKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toTime } from "./wire-form.ts";

export const revokeKeyHandler =
  (engine: Engine): Handler<"revoke-key"> =>
  async ({ actor, params, query, body }) =>
    toRevoked(await revokeKey(engine, { actor, keyId: params.key_id, reason: reasonOf(query, body) }));

interface Reasoned {
  readonly reason?: string;
}

/** The reason may stand in the query, for clients that send no body with DELETE, or in the body. */
export const reasonOf = (query: Reasoned, body: Reasoned | undefined): string | null => {
  if (query.reason !== undefined && body?.reason !== undefined) throw invalidField("/reason", "was sent twice: in the query and in the body");
  return query.reason ?? body?.reason ?? null;
};

/** 202 only while the ledger cannot be told. */
export const toRevoked = ({ result: key, enforced }: Committed<ApiKey>) => {
  const body = { id: key.id, status: "revoked" as const, enforced, revoked_at: toTime(key.revokedAtMs ?? key.updatedAtMs), reason: key.revokedReason };
  return enforced ? { status: 200 as const, body } : { status: 202 as const, body };
};
