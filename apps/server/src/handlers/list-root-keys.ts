import { listRootKeys } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromCursor, toPage, toWireRootKey } from "./wire-form.ts";

export const listRootKeysHandler =
  (engine: Engine): Handler<"list-root-keys"> =>
  async ({ query }) => {
    const found = await listRootKeys(engine, fromCursor(query, "root"));
    const nowMs = engine.clock.nowMs();
    return { status: 200, body: toPage(found, "root", (details) => toWireRootKey(details, nowMs)) };
  };
