import type { Verification } from "@keywright/contract";
import { isPrepared, prepare, type VerifyCommand, verify } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { toVerification } from "./verification.ts";
import { noteVerification, toCommand } from "./verify-key.ts";

/** First uses that one batch has under way at once: each waits for a bcrypt, whose queue is bounded and everybody's. */
const preparedAtOnce = 8;

/** All keys are found and proved before any is charged: a batch that fails for want of an engine has charged nobody. */
export const verifyKeysHandler =
  (engine: Engine): Handler<"verify-keys"> =>
  async ({ body, requestId }) => {
    const asked = body.requests.map((request, index) => ({ body: request, command: toCommand(request), requestId: `${requestId}.${index + 1}` }));
    await prepareAll(
      engine,
      asked.map(({ command }) => command).filter((command) => !isPrepared(engine, command)),
    );
    const verifyOne = (one: (typeof asked)[number]): Promise<Verification> =>
      verify(engine, "api", one.command).then((outcome) => {
        noteVerification(engine, one, outcome);
        return toVerification(outcome);
      });
    return { status: 200, body: { data: await Promise.all(asked.map(verifyOne)) } };
  };

const prepareAll = async (engine: Engine, commands: readonly VerifyCommand[]): Promise<void> => {
  for (let first = 0; first < commands.length; first += preparedAtOnce) {
    await Promise.all(commands.slice(first, first + preparedAtOnce).map((command) => prepare(engine, command)));
  }
};
