import { updateKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { changedReply, etagOf, fromIfMatch, fromLimit, toExpiry, toWireKey } from "./wire-form.ts";

export const updateKeyHandler =
  (engine: Engine): Handler<"update-key"> =>
  async ({ actor, params, body, ifMatch }) => {
    const expiry = toExpiry(body);
    const change = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.scopes !== undefined && { scopes: body.scopes }),
      ...(body.enabled !== undefined && { enabled: body.enabled }),
      ...(expiry !== undefined && { expiry }),
      ...(body.ip_allowlist !== undefined && { ipAllowlist: body.ip_allowlist }),
      ...(body.rate_limit !== undefined && { rateLimit: fromLimit(body.rate_limit) }),
      ...(body.monthly_quota !== undefined && { monthlyQuota: body.monthly_quota }),
      ...(body.metadata !== undefined && { metadata: body.metadata }),
    };
    const { result: details, enforced } = await updateKey(engine, { actor, keyId: params.key_id, change, ifRevision: fromIfMatch(ifMatch) });
    return changedReply(toWireKey(details, engine.clock.nowMs()), enforced, etagOf(details.key.revision));
  };
