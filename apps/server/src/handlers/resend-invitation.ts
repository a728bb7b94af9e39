import { resendInvitation } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toWireInvitation } from "./people-form.ts";

export const resendInvitationHandler =
  (engine: Engine): Handler<"resend-invitation"> =>
  async ({ actor, params }) => ({
    status: 200,
    body: toWireInvitation(await resendInvitation(engine, actor, params.invitation_id), engine.clock.nowMs()),
  });
