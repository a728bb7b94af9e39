import type { Verification, VerifyRequest } from "@keywright/contract";
import { type Credential, prepare, recordAtHand, type VerifyCommand, type VerifyOutcome, verify, verifyAll, verifyAllAtOnce } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { ReplyText } from "../http/reply-text.ts";
import { Written } from "../http/reply-writer.ts";
import type { Handler } from "../http/route.ts";
import type { VerifyAtOnce } from "../http/verify-lane.ts";
import type { VerificationWriter } from "./verification-text.ts";
import { noteVerification, toCommand } from "./verify-key.ts";

/** First uses that one batch has under way at once: each waits for a bcrypt, whose queue is bounded and everybody's. */
const preparedAtOnce = 8;

/** All keys are found and proved before any is charged: a batch that fails for want of an engine has charged nobody. */
export const verifyKeysHandler =
  (engine: Engine, write: VerificationWriter): Handler<"verify-keys"> =>
  async ({ body, requestId }) => {
    const asked = body.requests.map((request, index) => askedOf(engine, request, itemId(requestId, index)));
    const outcomes = await verifyAsked(engine, asked);
    const data = asked.map((one, index) => {
      // One outcome for each.
      const outcome = outcomes[index] as VerifyOutcome;
      noteVerification(engine, one, outcome);
      return new Written(write(outcome).text) as unknown as Verification;
    });
    return { status: 200, body: { data } };
  };

const askedOf = (engine: Engine, body: VerifyRequest, requestId: string) => {
  const command = toCommand(body);
  return { body, command, requestId, atHand: recordAtHand(engine, command) };
};

type Asked = ReturnType<typeof askedOf>;
type AtHand = Asked & { readonly atHand: NonNullable<Asked["atHand"]> };

const isAtHand = (asked: Asked): asked is AtHand => asked.atHand !== undefined;

/** The same for batches of a caller in memory. */
export const verifyKeysAtOnce =
  (engine: Engine, write: VerificationWriter): VerifyAtOnce<"verify-keys"> =>
  (caller, asked, tell) => {
    for (const [place, { body, requestId }] of asked.entries()) tell(place, verifyBatch({ engine, write }, { ...caller, requestId }, body));
  };

interface BatchDeps {
  readonly engine: Engine;
  readonly write: VerificationWriter;
}

interface Batch {
  readonly requests: readonly VerifyRequest[];
}

/** undefined, or a promise of it: a key is not in memory, and all have to go the long way. */
const verifyBatch = ({ engine, write }: BatchDeps, credential: Credential, { requests }: Batch): Promise<ReplyText | undefined> | undefined => {
  const commands = requests.map(toCommand);
  return verifyAllAtOnce(engine, credential, commands)?.then((outcomes) => {
    if (outcomes === undefined) return undefined;
    let data = "";
    let isAscii = true;
    for (let index = 0; index < requests.length; index++) {
      // One command and one outcome for each.
      const [body, command, outcome] = [requests[index] as VerifyRequest, commands[index] as VerifyCommand, outcomes[index] as VerifyOutcome];
      noteVerification(engine, { body, command, requestId: itemId(credential.requestId, index) }, outcome);
      const written = write(outcome);
      data += index === 0 ? written.text : `,${written.text}`;
      isAscii &&= written.isAscii;
    }
    return { text: `{"data":[${data}]}`, isAscii };
  });
};

const itemId = (requestId: string, index: number): string => `${requestId}.${index + 1}`;

/** In their order; those at hand with one promise. */
const verifyAsked = async (engine: Engine, asked: readonly Asked[]): Promise<readonly VerifyOutcome[]> => {
  if (asked.every(isAtHand)) return verifyAll(engine, asked);
  const others = asked.filter((one) => !isAtHand(one));
  await prepareAll(engine, others);
  const [known, prepared] = await Promise.all([
    verifyAll(engine, asked.filter(isAtHand)),
    Promise.all(others.map(({ command }) => verify(engine, "api", command))),
  ]);
  const [nextKnown, nextPrepared] = [known.values(), prepared.values()];
  return asked.map((one) => (isAtHand(one) ? nextKnown : nextPrepared).next().value as VerifyOutcome);
};

const prepareAll = async (engine: Engine, asked: readonly Asked[]): Promise<void> => {
  for (let first = 0; first < asked.length; first += preparedAtOnce) {
    await Promise.all(asked.slice(first, first + preparedAtOnce).map(({ command }) => prepare(engine, command)));
  }
};
