/** What owns a key, by the id's prefix; a key without an owner is the tenant's own, or the operator's. */
export const ownerType = (ownerId: string): "member" | "team" => (ownerId.startsWith("team_") ? "team" : "member");
