import { embedPermissions, type Permission, rolePermissions } from "@keywright/contract";
import type { Authenticated } from "../authenticate.ts";
import { AppError } from "../errors.ts";
import type { Secret } from "../model/secret.ts";
import type { Member } from "../model/tenant.ts";
import { requireActiveTenant, requireHeld } from "./authorize-person.ts";
import type { EmbedDeps } from "./embed-sessions.ts";

export interface EmbeddedRequest {
  readonly token: Secret;
  /** The origin of the page around the frame, as the frame says that its browser says; undefined: it says none. */
  readonly embedder: string | undefined;
  readonly permission: Permission;
  readonly ip: string | null;
  readonly requestId: string;
}

/**
 * Who calls from inside a page of another product, and may they? The member of the session, for what is about keys and what their role allows now: asked of
 * the store at every request, as of whoever has signed in. A frame that was handed the token by a page of another origin is refused.
 */
export const authorizeEmbedded = async (deps: Pick<EmbedDeps, "store" | "keyring" | "policy" | "clock">, request: EmbeddedRequest): Promise<Authenticated> => {
  const { store, keyring, policy, clock } = deps;
  const { token, embedder, permission, ip, requestId } = request;
  const session = await store.embedSessions.findByDigest(keyring.digests(token));
  const isGood = session !== undefined && session.expiresAtMs > clock.nowMs() && session.origin === embedder && policy.embedOrigins.includes(session.origin);
  const member = isGood ? await store.members.find(session.memberId) : undefined;
  if (session === undefined || member === undefined || member.tenantId !== session.tenantId) throw new AppError("INVALID_CREDENTIAL");
  requireHeld(heldBy(member), permission);
  await requireActiveTenant(store, member);
  const { id, tenantId, role } = member;
  return { actor: { type: "member", id, tenantId, memberId: id, scopes: [], role, embedSessionId: session.id, ip, requestId }, spent: null };
};

/** What a member may do by an embed session. */
export const heldBy = ({ role }: Pick<Member, "role">): readonly Permission[] =>
  embedPermissions.filter((permission) => permission === "embed:read" || rolePermissions[role].includes(permission));
