import { roleKeyReach } from "@keywright/contract";
import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import { standingOf } from "../people/standing.ts";
import type { Stores } from "../ports/store.ts";
import { ownerType } from "../rules/owner.ts";

/** Refuses whoever may only change their own keys, and those of their teams, the keys of this owner (null: the tenant's own). */
export const requireReach = async (stores: Pick<Stores, "members" | "teams">, actor: Actor, ownerId: string | null): Promise<void> => {
  const role = await standingOf(stores, actor);
  if (role === null || roleKeyReach[role] === "tenant") return;
  if (ownerId !== null && (ownerId === actor.memberId || (await isOfTeam(stores, actor, ownerId)))) return;
  throw new AppError("PERMISSION_DENIED", { detail: "Your role reaches your own keys and those of your teams; this one is neither." });
};

const isOfTeam = async (stores: Pick<Stores, "teams">, actor: Actor, ownerId: string): Promise<boolean> =>
  ownerType(ownerId) === "team" && actor.memberId !== null && (await stores.teams.isPlaced(ownerId, actor.memberId));
