import { createRootKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toIdempotency, toWireRootKey } from "./wire-form.ts";

export const createRootKeyHandler =
  (engine: Engine): Handler<"create-root-key"> =>
  async (request) => {
    const { actor, body } = request;
    const idempotency = toIdempotency("create-root-key", request, body);
    const { details, secret } = await createRootKey(engine, { actor, name: body.name, permissions: body.permissions, idempotency });
    return { status: 201, body: { ...toWireRootKey(details, engine.clock.nowMs()), key: secret.reveal() } };
  };
