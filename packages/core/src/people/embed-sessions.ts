import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError, invalidField } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { EmbedSession } from "../model/embed-session.ts";
import type { Policy } from "../model/policy.ts";
import { Secret } from "../model/secret.ts";
import type { Member, Tenant } from "../model/tenant.ts";
import type { Store } from "../ports/store.ts";
import { toHex } from "../rules/hex.ts";
import { sees } from "../visibility.ts";
import { lockMember } from "./lock-member.ts";

export interface EmbedDeps extends AuditDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly policy: Pick<Policy, "embedOrigins">;
}

export interface EmbedRequest {
  readonly actor: Actor;
  readonly tenantId: string;
  readonly memberId: string;
  readonly origin: string;
  readonly lifetimeMs: number;
}

/** What every token of an embed session begins with. The dot tells it from a key, which has none, and from a JWT, which has two. */
const tokenHead = "kwembed.";
const tokenForm = /^kwembed\.[0-9a-f]{64}$/;

export const isEmbedToken = (text: string): boolean => tokenForm.test(text);

/** Lets a member manage keys inside a page of this origin, until the session ends. The token is in the answer alone; the store has its digest. */
export const createEmbedSession = async (deps: EmbedDeps, request: EmbedRequest): Promise<{ readonly session: EmbedSession; readonly token: Secret }> => {
  const { actor, tenantId, memberId, origin, lifetimeMs } = request;
  if (!deps.policy.embedOrigins.includes(origin))
    throw invalidField("/origin", "must be one of `embed_origins` in keywright.config.json, written as it is there");
  const token = new Secret(tokenHead + toHex(deps.random.bytes(32)));
  const nowMs = deps.clock.nowMs();
  const digest = deps.keyring.digest(token);
  const session: EmbedSession = { id: newId(deps.random, "emb"), tenantId, memberId, origin, digest, createdAtMs: nowMs, expiresAtMs: nowMs + lifetimeMs };
  await deps.store.transaction(async (stores) => {
    const member = await lockMember(stores, { actor, memberId });
    if (member.tenantId !== tenantId) throw new AppError("NOT_FOUND");
    if ((await stores.tenants.find(tenantId))?.row.status !== "active") throw new AppError("TENANT_SUSPENDED");
    await stores.embedSessions.insert(session);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, session), action: "embed_session.created", after: auditView(session) }));
  });
  return { session, token };
};

const happening = (actor: Actor, { id, tenantId }: EmbedSession) => ({ actor, tenantId, target: { type: "embed_session", id } }) as const;

const auditView = ({ memberId, origin, expiresAtMs }: EmbedSession) => ({ member_id: memberId, origin, expires_at_ms: expiresAtMs });

/** Ends a session: its token is refused from the answer on. */
export const endEmbedSession = (deps: Omit<EmbedDeps, "keyring" | "policy">, actor: Actor, sessionId: string): Promise<void> =>
  deps.store.transaction(async (stores) => {
    const session = await stores.embedSessions.find(sessionId);
    if (session === undefined || !sees(actor, session.tenantId)) throw new AppError("NOT_FOUND");
    if (!(await stores.embedSessions.remove(sessionId))) throw new AppError("NOT_FOUND");
    await stores.audit.append(auditEntry(deps, { ...happening(actor, session), action: "embed_session.ended", before: auditView(session) }));
  });

export interface EmbedStanding {
  readonly session: EmbedSession;
  readonly member: Member;
  readonly tenant: Tenant;
}

/** What the caller's own session is. */
export const describeEmbedSession = async ({ store }: Pick<EmbedDeps, "store">, { embedSessionId }: Actor): Promise<EmbedStanding> => {
  if (embedSessionId === undefined) throw new AppError("PERMISSION_DENIED", { detail: "This call is for embed sessions." });
  const session = await store.embedSessions.find(embedSessionId);
  const [member, tenant] = session === undefined ? [] : [await store.members.find(session.memberId), await store.tenants.find(session.tenantId)];
  // It was there when the request was authorised, and has ended since.
  if (session === undefined || member === undefined || tenant === undefined) throw new AppError("INVALID_CREDENTIAL");
  return { session, member, tenant: tenant.row };
};
