import type { Verification, VerifyRequest } from "@keywright/contract";
import { prepare, recordAtHand, verify, verifyKnown } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { Written } from "../http/reply-writer.ts";
import type { Handler } from "../http/route.ts";
import type { VerificationWriter } from "./verification-text.ts";
import { noteVerification, toCommand } from "./verify-key.ts";

/** First uses that one batch has under way at once: each waits for a bcrypt, whose queue is bounded and everybody's. */
const preparedAtOnce = 8;

/** All keys are found and proved before any is charged: a batch that fails for want of an engine has charged nobody. */
export const verifyKeysHandler =
  (engine: Engine, write: VerificationWriter): Handler<"verify-keys"> =>
  async ({ body, requestId }) => {
    const asked = body.requests.map((request, index) => askedOf(engine, request, `${requestId}.${index + 1}`));
    const toPrepare = asked.filter(({ atHand }) => atHand === undefined);
    if (toPrepare.length > 0) await prepareAll(engine, toPrepare);
    const verifyOne = async (one: Asked): Promise<Verification> => {
      const outcome = await verifyOf(engine, one);
      noteVerification(engine, one, outcome);
      return new Written(write(outcome)) as unknown as Verification;
    };
    return { status: 200, body: { data: await Promise.all(asked.map(verifyOne)) } };
  };

const askedOf = (engine: Engine, body: VerifyRequest, requestId: string) => {
  const command = toCommand(body);
  return { body, command, requestId, atHand: recordAtHand(engine, command) };
};

type Asked = ReturnType<typeof askedOf>;

const verifyOf = (engine: Engine, { command, atHand }: Asked) => (atHand === undefined ? verify(engine, "api", command) : verifyKnown(engine, command, atHand));

const prepareAll = async (engine: Engine, asked: readonly Asked[]): Promise<void> => {
  for (let first = 0; first < asked.length; first += preparedAtOnce) {
    await Promise.all(asked.slice(first, first + preparedAtOnce).map(({ command }) => prepare(engine, command)));
  }
};
