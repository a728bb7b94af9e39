import type { VerifyRequest } from "@keywright/contract";
import { Secret, type VerifyCommand, type VerifyOutcome, verify, verifyAtOnce, watchRefusal } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { Handler } from "../http/route.ts";
import type { VerifyAtOnce } from "../http/verify-lane.ts";
import { toVerification } from "./verification.ts";
import { createVerificationWriter } from "./verification-text.ts";

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

/** The same for a caller and a key that are both in memory; undefined: it has to go the long way. */
export const verifyKeyAtOnce = (engine: Engine): VerifyAtOnce => {
  const write = createVerificationWriter();
  return (credential, body) => {
    const command = toCommand(body);
    return verifyAtOnce(engine, credential, command)?.then((outcome) => {
      if (outcome === undefined) return undefined;
      noteVerification(engine, { command, body, requestId: credential.requestId }, outcome);
      return write(outcome);
    });
  };
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
