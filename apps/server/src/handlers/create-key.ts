import { createKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { etagOf, fromLimit, fromOwner, toExpiry, toIdempotency, toWireKey } from "./wire-form.ts";

export const createKeyHandler =
  (engine: Engine): Handler<"create-key"> =>
  async (request) => {
    const { actor, body } = request;
    const command = {
      tenantId: body.tenant_id,
      name: body.name,
      scopes: body.scopes,
      environment: body.environment ?? "live",
      expiry: toExpiry(body) ?? { kind: "default" as const },
      ipAllowlist: body.ip_allowlist ?? [],
      rateLimit: fromLimit(body.rate_limit),
      monthlyQuota: body.monthly_quota ?? null,
      ownerId: fromOwner(body),
      metadata: body.metadata ?? {},
    };
    const { details, secret } = await createKey(engine, { actor, command, idempotency: toIdempotency("create-key", request, body) });
    return { status: 201, body: { ...toWireKey(details, engine.clock.nowMs()), key: secret.reveal() }, headers: etagOf(details.key.revision) };
  };
