import { isPrepared, prepare, type VerifyCommand } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toVerification } from "./verification.ts";
import { toCommand, verifyAndNote } from "./verify-key.ts";

/** First uses that one batch has under way at once: each waits for a bcrypt, whose queue is bounded and everybody's. */
const preparedAtOnce = 8;

/** All keys are found and proved before any is charged: a batch that fails for want of an engine has charged nobody. */
export const verifyKeysHandler =
  (engine: Engine): Handler<"verify-keys"> =>
  async ({ body, requestId }) => {
    const commands = body.requests.map(toCommand);
    await prepareAll(
      engine,
      commands.filter((command) => !isPrepared(engine, command)),
    );
    const outcomes = await Promise.all(body.requests.map((request, index) => verifyAndNote(engine, request, `${requestId}.${index + 1}`)));
    return { status: 200, body: { data: outcomes.map(toVerification) } };
  };

const prepareAll = async (engine: Engine, commands: readonly VerifyCommand[]): Promise<void> => {
  for (let first = 0; first < commands.length; first += preparedAtOnce) {
    await Promise.all(commands.slice(first, first + preparedAtOnce).map((command) => prepare(engine, command)));
  }
};
