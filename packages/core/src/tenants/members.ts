import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import { answerOnce, type Idempotency, plainCodec } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import { auditLook } from "../keys/audit-look.ts";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import { visibleMember } from "../people/lock-member.ts";
import { requireOwnersHand, standingOf } from "../people/standing.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import { tenantOf } from "../visibility.ts";

export interface MemberDeps extends AuditDeps {
  readonly store: Store;
  readonly keyring: Keyring;
}

type LookDeps = Omit<MemberDeps, "keyring">;

export interface CreateMemberRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly email: string;
  readonly name: string;
  readonly role: Member["role"];
  readonly idempotency: Idempotency | null;
}

export const createMember = async (deps: MemberDeps, { actor, tenantId: named, idempotency, ...person }: CreateMemberRequest): Promise<Member> => {
  const tenantId = tenantOf(actor, named);
  return answerOnce(deps, {
    idempotency,
    codec: plainCodec<Member>(),
    work: async (keep) => {
      const member: Member = { id: newId(deps.random, "mem"), tenantId, ...person, accountId: null, createdAtMs: deps.clock.nowMs() };
      await deps.store.transaction(async (stores) => {
        if ((await stores.tenants.find(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
        if (member.role === "owner") requireOwnersHand(actor, await standingOf(stores, actor));
        if (!(await stores.members.insert(member))) throw new AppError("NAME_TAKEN", { detail: "The tenant already has a member with this e-mail address." });
        const happening = { actor, tenantId, action: "member.created", target: { type: "member", id: member.id } } as const;
        await stores.audit.append(auditEntry(deps, { ...happening, after: { name: member.name, role: member.role } }));
        await keep(stores, member);
      });
      return member;
    },
  });
};

export const listMembers = async (
  deps: LookDeps,
  { actor, tenantId: named, page }: { actor: Actor; tenantId: string | undefined; page: PageRequest },
): Promise<Page<Member>> => {
  const tenantId = tenantOf(actor, named);
  const found = await deps.store.members.list(tenantId, page);
  await auditLook(deps, { actor, tenantId, target: { type: "tenant", id: tenantId }, what: "members" });
  return found;
};

export const getMember = async (deps: LookDeps, actor: Actor, memberId: string): Promise<Member> => {
  const member = visibleMember(await deps.store.members.find(memberId), actor);
  await auditLook(deps, { actor, tenantId: member.tenantId, target: { type: "member", id: memberId }, what: "members" });
  return member;
};
