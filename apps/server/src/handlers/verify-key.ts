import type { VerifyRequest } from "@keywright/contract";
import { Secret, type VerifyCommand, type VerifyOutcome, verify, verifyAtOnce } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { Handler } from "../http/route.ts";
import type { VerifyAtOnce } from "../http/verify-lane.ts";
import { toVerification } from "./verification.ts";
import { createVerificationWriter } from "./verification-text.ts";

export const verifyKeyHandler =
  (engine: Engine): Handler<"verify-key"> =>
  async ({ body }) => ({ status: 200, body: toVerification(await verify(engine, "api", toCommand(body))) });

/** The same for a caller and a key that are both in memory; undefined: it has to go the long way. */
export const verifyKeyAtOnce = (engine: Engine): VerifyAtOnce => {
  const write = createVerificationWriter();
  const toReply = (outcome: VerifyOutcome | undefined) => outcome && { code: outcome.verdict, text: write(outcome) };
  return (credential, body) => verifyAtOnce(engine, credential, toCommand(body))?.then(toReply);
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
