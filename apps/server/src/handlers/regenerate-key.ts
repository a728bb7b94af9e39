import { type KeyDetails, regenerateKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { changedReply, etagOf, fromIfMatch, toIdempotency, toTime, toWireKey } from "./wire-form.ts";

export const regenerateKeyHandler =
  (engine: Engine): Handler<"regenerate-key"> =>
  async (request) => {
    const { actor, body, params, ifMatch } = request;
    const graceSeconds = body?.grace_seconds ?? engine.policy.defaultGraceSeconds;
    const idempotency = toIdempotency("regenerate-key", request, [params.key_id, graceSeconds]);
    const { result, enforced } = await regenerateKey(engine, { actor, keyId: params.key_id, graceSeconds, ifRevision: fromIfMatch(ifMatch), idempotency });
    const { details, secret } = result;
    const reply = { ...toWireKey(details, engine.clock.nowMs()), key: secret.reveal(), previous_secret_valid_until: toTime(endOfPrevious(details)) };
    return changedReply(reply, enforced, etagOf(details.key.revision));
  };

/** Where there was no grace period, the replaced secret stopped with the change itself. */
const endOfPrevious = ({ key, secrets }: KeyDetails): number => secrets[1]?.validUntilMs || key.updatedAtMs;
