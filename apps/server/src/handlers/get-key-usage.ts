import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { reportUsage } from "./get-usage.ts";

export const getKeyUsageHandler =
  (engine: Engine): Handler<"get-key-usage"> =>
  async ({ actor, params, query }) => ({ status: 200, body: await reportUsage(engine, { actor, query, filter: { keyId: params.key_id } }) });
