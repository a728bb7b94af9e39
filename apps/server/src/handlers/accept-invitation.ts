import { acceptInvitation, Secret } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireMember } from "./people-form.ts";

export const acceptInvitationHandler =
  (engine: Engine): Handler<"accept-invitation"> =>
  async ({ actor, body }) => ({ status: 200, body: toWireMember(await acceptInvitation(engine, { actor, token: new Secret(body.token) })) });
