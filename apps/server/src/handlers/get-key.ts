import { getKey } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { etagOf, toWireKey, withUses } from "./wire-form.ts";

export const getKeyHandler =
  (engine: Engine): Handler<"get-key"> =>
  async ({ actor, params }) => {
    const details = await getKey(engine, actor, params.key_id);
    return { status: 200, body: withUses(toWireKey(details, engine.clock.nowMs()), details), headers: etagOf(details.key.revision) };
  };
