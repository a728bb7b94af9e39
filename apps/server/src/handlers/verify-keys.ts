import { verify } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toCommand, toVerification } from "./verify-key.ts";

export const verifyKeysHandler =
  (engine: Engine): Handler<"verify-keys"> =>
  async ({ body }) => {
    const outcomes = await Promise.all(body.requests.map((request) => verify(engine, "api", toCommand(request))));
    return { status: 200, body: { data: outcomes.map(toVerification) } };
  };
