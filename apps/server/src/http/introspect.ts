import { introspection } from "@keywright/contract";
import { AppError, invalidField, type KeyRecord, Secret, type VerifyCommand, type VerifyOutcome } from "@keywright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authenticator } from "./authenticate.ts";
import type { ClientIp } from "./client-ip.ts";
import { countCredentials, maxCredentialLength, readCredential } from "./credential.ts";
import { readSingle } from "./header.ts";
import type { RefusalDelay } from "./refusal-delay.ts";

interface IntrospectDeps {
  readonly authenticate: Authenticator;
  /** Core's `verify` with its engine, for the door "api". */
  readonly verify: (command: VerifyCommand) => Promise<VerifyOutcome>;
  readonly clientIp: ClientIp;
  readonly refusalDelay: RefusalDelay;
}

/** A token and a hint, with what percent-encoding may make of them. */
const maxFormBytes = 8_192;
const formType = "application/x-www-form-urlencoded";

/** RFC 7662 for API keys: a pure read, which charges and counts nothing. */
export const mountIntrospection = (app: FastifyInstance, deps: IntrospectDeps): void => {
  void app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser(formType, { parseAs: "string", bodyLimit: maxFormBytes }, (_request, text, done) => done(null, text));
    // The caller is known before its body is looked at.
    door.post(introspection.path, { onRequest: (request) => proveCaller(deps, request) }, (request, reply) => answer(deps, request, reply));
  });
};

const proveCaller = async ({ authenticate, clientIp }: IntrospectDeps, { raw, id: requestId }: FastifyRequest): Promise<void> => {
  const secret = readBasic(raw) ?? readCredential(raw);
  const ip = clientIp.of(raw.socket.remoteAddress, readSingle(raw.headers, "x-forwarded-for"));
  await authenticate({ secret, permission: introspection.permission, ip, requestId, endpoint: introspection.path });
};

/** RFC 6749 section 2.3.1, as most plugins authenticate: the root key as the password, whatever the name is. */
const readBasic = ({ headers, rawHeaders }: FastifyRequest["raw"]): Secret | undefined => {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(headers.authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  if (countCredentials(rawHeaders) > 1) throw new AppError("TWO_CREDENTIALS");
  const password = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, "base64").toString())?.[1] ?? "";
  if (password === "" || password.length > maxCredentialLength) throw new AppError("INVALID_CREDENTIAL");
  return new Secret(password);
};

const answer = async (deps: IntrospectDeps, { body }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const startedMs = deps.refusalDelay.start();
  const token = readToken(body);
  const outcome = token.length > maxCredentialLength ? undefined : await deps.verify(commandOf(token));
  const claims = outcome === undefined ? undefined : claimsOf(outcome);
  // Section 2.2: why a token is not active is not told, nor by how long the answer takes.
  if (claims === undefined) await deps.refusalDelay.settle(startedMs);
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(claims ?? { active: false }));
};

const readToken = (body: unknown): string => {
  const [token, ...more] = new URLSearchParams(typeof body === "string" ? body : "").getAll("token");
  if (token === undefined || token === "" || more.length > 0) throw invalidField("/token", "must be sent once");
  return token;
};

/** Whose address the token came from is not said, so a key with an allow-list is not active here: it could not be held to it. */
const commandOf = (token: string): VerifyCommand => ({ key: new Secret(token), scopes: [], ip: null, endpoint: "-", cost: 1, dryRun: true });

/** A key that has nothing left to spend is still its owner's. */
const active: ReadonlySet<VerifyOutcome["verdict"]> = new Set(["VALID", "RATE_LIMITED", "QUOTA_EXCEEDED"]);

const claimsOf = ({ verdict, record, expiresAtMs }: VerifyOutcome): object | undefined =>
  active.has(verdict) && record !== null
    ? { active: true, ...describe(record), ...(expiresAtMs !== null && { exp: Math.floor(expiresAtMs / 1000) }) }
    : undefined;

const describe = ({ id, ownerId, tenant, scopes, environment }: KeyRecord) => ({
  scope: scopes.join(" "),
  client_id: id,
  sub: ownerId ?? tenant?.id ?? id,
  token_type: "Bearer",
  tenant_id: tenant?.id ?? null,
  environment,
});
