import { chooseReminders } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";

export const updateMeHandler =
  (engine: Engine): Handler<"update-me"> =>
  async ({ actor, body }) => {
    await chooseReminders(engine, actor, body.reminder_mails);
    return { status: 200, body: { reminder_mails: body.reminder_mails } };
  };
