import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError, notThere } from "../errors.ts";
import { answerOnce, type Idempotency, plainCodec } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Member, Team } from "../model/tenant.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { Store, Stores } from "../ports/store.ts";
import { sees, tenantOf } from "../visibility.ts";

export interface TeamDeps extends AuditDeps {
  readonly store: Store;
}

export interface CreateTeamRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly name: string;
  readonly idempotency: Idempotency | null;
}

export const createTeam = async (
  deps: TeamDeps & { readonly keyring: Keyring },
  { actor, tenantId: named, name, idempotency }: CreateTeamRequest,
): Promise<Team> => {
  const tenantId = tenantOf(actor, named);
  return answerOnce(deps, {
    idempotency,
    codec: plainCodec<Team>(),
    work: async (keep) => {
      const nowMs = deps.clock.nowMs();
      const team: Team = { id: newId(deps.random, "team"), tenantId, name, createdAtMs: nowMs, updatedAtMs: nowMs };
      await deps.store.transaction(async (stores) => {
        if ((await stores.tenants.lock(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
        if (!(await stores.teams.insert(team))) throw nameTaken();
        await stores.audit.append(auditEntry(deps, { ...happening(actor, team), action: "team.created", after: { name } }));
        await keep(stores, team);
      });
      return team;
    },
  });
};

const nameTaken = (): AppError => new AppError("NAME_TAKEN", { detail: "The tenant already has a team of this name." });

const happening = (actor: Actor, team: Team) => ({ actor, tenantId: team.tenantId, target: { type: "team", id: team.id } }) as const;

/** The team, if the actor may see it. */
export const getTeam = async (deps: Pick<TeamDeps, "store">, actor: Actor, teamId: string): Promise<Team> =>
  visible(await deps.store.teams.find(teamId), actor);

const lockTeam = async (stores: Stores, actor: Actor, teamId: string): Promise<Team> => visible(await stores.teams.lock(teamId), actor);

const visible = (team: Team | undefined, actor: Actor): Team => {
  if (team === undefined || !sees(actor, team.tenantId)) throw new AppError("NOT_FOUND");
  return team;
};

export const listTeams = async (
  deps: Pick<TeamDeps, "store">,
  { actor, tenantId, page }: { actor: Actor; tenantId: string | undefined; page: PageRequest },
): Promise<Page<Team>> => deps.store.teams.list(tenantOf(actor, tenantId), page);

export const listTeamMembers = async (
  deps: Pick<TeamDeps, "store">,
  { actor, teamId, page }: { actor: Actor; teamId: string; page: PageRequest },
): Promise<Page<Member>> => deps.store.teams.listPlaced((await getTeam(deps, actor, teamId)).id, page);

export interface RenameTeamRequest {
  readonly actor: Actor;
  readonly teamId: string;
  readonly name: string;
}

export const renameTeam = (deps: TeamDeps, { actor, teamId, name }: RenameTeamRequest): Promise<Team> =>
  deps.store.transaction(async (stores) => {
    // The tenant before the team, as everywhere: whoever holds the tenant's lock decides alone which names are taken.
    await stores.tenants.lock(visible(await stores.teams.find(teamId), actor).tenantId);
    const team = await lockTeam(stores, actor, teamId);
    const twin = await stores.teams.findByName(team.tenantId, name);
    if (twin !== undefined && twin.id !== teamId) throw nameTaken();
    const renamed = { ...team, name, updatedAtMs: deps.clock.nowMs() };
    await stores.teams.update(renamed);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, team), action: "team.updated", before: { name: team.name }, after: { name } }));
    return renamed;
  });

/** Deletes a team that owns no live keys: they would be nobody's. */
export const deleteTeam = (deps: TeamDeps, actor: Actor, teamId: string): Promise<Team> =>
  deps.store.transaction(async (stores) => {
    const team = await lockTeam(stores, actor, teamId);
    const alive = await stores.keys.countAlive(teamId, deps.clock.nowMs());
    if (alive > 0) throw new AppError("OWNS_KEYS", { detail: `The team has live keys (${alive}): revoke them first.` });
    await stores.teams.remove(teamId);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, team), action: "team.deleted", before: { name: team.name } }));
    return team;
  });

export interface TeamPlaceRequest {
  readonly actor: Actor;
  readonly teamId: string;
  readonly memberId: string;
}

/** Adds a member of the same tenant; one who is in the team already stays. */
export const addTeamMember = (deps: TeamDeps, { actor, teamId, memberId }: TeamPlaceRequest): Promise<void> =>
  deps.store.transaction(async (stores) => {
    const team = visible(await stores.teams.find(teamId), actor);
    const member = await stores.members.lock(memberId);
    if (member?.tenantId !== team.tenantId) throw notThere("/member_id", "is no member of this tenant");
    await lockTeam(stores, actor, teamId);
    if (await stores.teams.isPlaced(teamId, memberId)) return;
    await stores.teams.place({ tenantId: team.tenantId, teamId, memberId });
    await stores.audit.append(auditEntry(deps, { ...happening(actor, team), action: "team.member_added", after: { member_id: memberId } }));
  });

export const removeTeamMember = (deps: TeamDeps, { actor, teamId, memberId }: TeamPlaceRequest): Promise<void> =>
  deps.store.transaction(async (stores) => {
    const team = await lockTeam(stores, actor, teamId);
    if (!(await stores.teams.displace(teamId, memberId))) throw new AppError("NOT_FOUND");
    await stores.audit.append(auditEntry(deps, { ...happening(actor, team), action: "team.member_removed", before: { member_id: memberId } }));
  });
