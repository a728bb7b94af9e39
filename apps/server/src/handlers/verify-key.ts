import type { VerifyRequest } from "@keywright/contract";
import { type AtOnce, Secret, type VerifyCommand, type VerifyOutcome, verify, verifyEachAtOnce, watchRefusal } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { ReplyText } from "../http/reply-text.ts";
import type { Handler } from "../http/route.ts";
import type { TextAtOnce, VerifyAtOnce } from "../http/verify-lane.ts";
import { toVerification } from "./verification.ts";
import type { VerificationWriter } from "./verification-text.ts";

export const verifyKeyHandler =
  (engine: Engine): Handler<"verify-key"> =>
  async ({ body, requestId }) => {
    const command = toCommand(body);
    const outcome = await verify(engine, "api", command);
    noteVerification(engine, { command, body, requestId }, outcome);
    return { status: 200, body: toVerification(outcome) };
  };

interface Asked {
  readonly command: VerifyCommand;
  readonly body: VerifyRequest;
  readonly requestId: string;
}

/** Tells the request log of a verification, and if it was refused those who watch for attacks. */
export const noteVerification = (engine: Engine, { command, body, requestId }: Asked, outcome: VerifyOutcome): void => {
  engine.recorder.note(command, outcome, { requestId, userAgent: userAgentOf(body) });
  if (outcome.verdict !== "VALID") watchCommand(engine, command, outcome);
};

const userAgentOf = ({ user_agent: text }: VerifyRequest): string | null => (text === undefined ? null : redactKeys(text));

export const watchCommand = (engine: Engine, { key, ip, scopes }: VerifyCommand, outcome: VerifyOutcome): void =>
  watchRefusal(engine, { key, ip, wanted: scopes.join(" ") }, outcome);

/** The same for several of a caller in memory, whose keys are as well; where one is not, it has to go the long way. */
export const verifyKeysEachAtOnce =
  (engine: Engine, write: VerificationWriter): VerifyAtOnce =>
  (credential, asked, tell) => {
    const commands = asked.map(({ body }) => toCommand(body));
    const textAt = (place: number, outcome: VerifyOutcome): ReplyText => {
      // One command for each.
      const [command, { body, requestId }] = [commands[place] as VerifyCommand, asked[place] as (typeof asked)[number]];
      noteVerification(engine, { command, body, requestId }, outcome);
      return write(outcome);
    };
    verifyEachAtOnce(engine, { credential, commands }, (place, atOnce) => tell(place, textOf(place, atOnce, textAt)));
  };

/** What goes wrong with one outcome is said of that one alone. */
const textOf = (place: number, atOnce: AtOnce, textAt: (place: number, outcome: VerifyOutcome) => ReplyText): TextAtOnce => {
  if (atOnce === undefined) return undefined;
  if (!("verdict" in atOnce)) return atOnce.then((outcome) => textAt(place, outcome));
  try {
    return textAt(place, atOnce);
  } catch (error) {
    return Promise.reject(error);
  }
};

/** Label of a request that names no endpoint. */
const unnamed = "-";

export const toCommand = (body: VerifyRequest): VerifyCommand => ({
  key: new Secret(body.key),
  scopes: body.scopes ?? [],
  ip: body.ip ?? null,
  endpoint: labelOf(body),
  cost: body.cost ?? 1,
  dryRun: body.dry_run ?? false,
});

/** Bounded by the schema, and never with a key in it: a careless caller may send a whole URL. */
const labelOf = ({ endpoint, method }: VerifyRequest): string => {
  if (endpoint === undefined) return unnamed;
  return redactKeys(method === undefined ? endpoint : `${method} ${endpoint}`);
};
