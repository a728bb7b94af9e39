import type { Member, Team, TeamPlace } from "../model/tenant.ts";
import type { Page, PageRequest } from "./page.ts";

export interface TeamStore {
  /** false, and nothing done, where the tenant already has a team of this name (compared without case). */
  insert(team: Team): Promise<boolean>;
  /** Replaces the row with the same id. Callers hold the tenant's lock, and have looked whether the name is free. */
  update(team: Team): Promise<void>;
  /** The team, its row locked until the transaction ends: whoever counts or adds its keys holds this lock. */
  lock(teamId: string): Promise<Team | undefined>;
  find(teamId: string): Promise<Team | undefined>;
  findByName(tenantId: string, name: string): Promise<Team | undefined>;
  /** Newest first, by id descending; `after` is an id. */
  list(tenantId: string, page: PageRequest): Promise<Page<Team>>;
  /** Takes the row away, and everyone's place in it. */
  remove(teamId: string): Promise<void>;
  /** Gives a member a place in a team; nothing happens where they have it already. */
  place(place: TeamPlace): Promise<void>;
  /** Takes a member's place away; false where they had none. */
  displace(teamId: string, memberId: string): Promise<boolean>;
  isPlaced(teamId: string, memberId: string): Promise<boolean>;
  /** The team's members, newest first, by id descending; `after` is an id. */
  listPlaced(teamId: string, page: PageRequest): Promise<Page<Member>>;
}
