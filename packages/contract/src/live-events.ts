import Type, { type Static } from "typebox";
import { eventPaths } from "./event-paths.ts";
import type { Permission } from "./permissions.ts";
import { KeyId, TenantId } from "./schemas/key.ts";
import { LoggedRequest } from "./schemas/request.ts";
import { closed, time } from "./schemas/text.ts";

const at = time("When it happened.");

/** A key, or the tenant itself, has changed: whoever shows it reads it again. */
const Changed = Type.Object({
  type: Type.String({
    description: "As the audit log names the change.",
    examples: ["key.created", "key.updated", "key.regenerated", "key.revoked", "key.handed_over", "tenant.updated", "settings.updated"],
  }),
  at,
  tenant_id: TenantId,
  id: Type.String({ description: "The key's id, or the tenant's." }),
});

/** Requests that were counted a moment ago. */
const Used = Type.Object({
  type: Type.Literal("usage"),
  at,
  tenant_id: TenantId,
  keys: Type.Array(
    Type.Object({
      id: Type.String({ description: "The key's id." }),
      requests: Type.Integer({ description: "Requests since the last event of this kind." }),
      errors: Type.Integer({ description: "Of these, the refused ones." }),
    }),
  ),
});

/** What was verified within the last second or so, in all processes together. */
const Verified = Type.Object({
  type: Type.Literal("verdicts"),
  at,
  tenant_id: TenantId,
  requests: Type.Integer({ description: "All that were counted since the last event of this kind." }),
  errors: Type.Integer({ description: "Of these, the refused ones." }),
  shown: Type.Array(LoggedRequest, { description: "At most 100 of them, as the request log has them, refusals first." }),
  is_sampled: Type.Boolean({ description: "Whether there were more than are shown." }),
});

/** What the stream says of itself: see `events`. */
const Told = Type.Object({ type: Type.Union([Type.Literal("ready"), Type.Literal("reload"), Type.Literal("end")]) });

/** The `data` of one event; its `event` is the `type`. */
export const StreamEvent = Type.Union([Changed, Used, Verified, Told]);
export type StreamEvent = Static<typeof StreamEvent>;

/**
 * The stream of what happens, as server-sent events (HTML Standard, section 9.2). It is no answer of JSON, so it stands beside the table. `ready`: from
 * now on nothing is missed. `reload`: something may have been missed, read everything again. `end`: the server closes; why is answered when one comes back.
 */
export const events = {
  path: eventPaths.changes,
  permission: "keys:read",
  query: Type.Object({ tenant_id: Type.Optional(TenantId) }, closed),
} as const satisfies { path: string; permission: Permission; query: unknown };

/** The stream of verdicts of one tenant, or of one of its keys: an event a second, sampled where there is more. */
export const verdictEvents = {
  path: eventPaths.verdicts,
  permission: "requests:read",
  query: Type.Object({ tenant_id: Type.Optional(TenantId), key_id: Type.Optional(KeyId) }, closed),
} as const satisfies { path: string; permission: Permission; query: unknown };
