import { describeKeyOptions } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toTime } from "./wire-form.ts";

export const getKeyOptionsHandler =
  (engine: Engine): Handler<"get-key-options"> =>
  async ({ actor, query, ip }) => {
    const scopes = await describeKeyOptions(engine, actor, query.tenant_id);
    const { policy, clock } = engine;
    const body = {
      catalogue: scopes.map(({ name, description, isGrantable }) => ({ name, description, grantable: isGrantable })),
      default_expires_in_days: policy.defaultExpiresInDays,
      max_expires_in_days: policy.maxExpiresInDays,
      allow_no_expiry: policy.allowNoExpiry,
      default_grace_seconds: policy.defaultGraceSeconds,
      your_ip: ip,
      now: toTime(clock.nowMs()),
    };
    return { status: 200, body };
  };
