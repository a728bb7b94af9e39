import { revokeRootKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { reasonOf, toRevoked } from "./revoke-key.ts";

export const revokeRootKeyHandler =
  (engine: Engine): Handler<"revoke-root-key"> =>
  async ({ actor, params, query, body }) =>
    toRevoked(await revokeRootKey(engine, { actor, keyId: params.key_id, reason: reasonOf(query, body) }));
