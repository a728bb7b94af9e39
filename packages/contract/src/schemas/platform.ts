import Type, { type Static, type TLiteral, type TObject, type TSchema } from "typebox";
import { TenantId } from "./key.ts";
import { bounds, RateLimit } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, id, nullable, text, time } from "./text.ts";

export const page = <T extends TSchema>(item: T) =>
  Type.Object({
    data: Type.Array(item),
    next_cursor: nullable(Type.String({ description: "Pass it as `cursor` for the next page; null: this was the last." })),
  });

/** A change that was committed, and that some process may not follow yet: while the ledger cannot be reached. */
export const pending = <T extends TObject>(changed: T) =>
  Type.Object({
    ...changed.properties,
    enforced: Type.Literal(false, { description: "Committed, but not yet in force in every process; it becomes so without another call." }),
  } as T["properties"] & { enforced: TLiteral<false> });

const Tier = Type.Union([Type.Literal("starter"), Type.Literal("pro"), Type.Literal("enterprise")], {
  description: "Decides the tenant's pool of requests.",
});
export const TenantStatus = Type.Union([Type.Literal("active"), Type.Literal("suspended")]);

export const Tenant = Type.Object({
  id: TenantId,
  name: Type.String(),
  tier: Tier,
  status: TenantStatus,
  rate_limit: nullable(RateLimit, { description: "The tenant's own pool; null: the tier's." }),
  effective_rate_limit: RateLimit,
  created_at: time("When the tenant was created."),
  updated_at: time("When the tenant last changed."),
  revision: Type.Integer(),
});
export type Tenant = Static<typeof Tenant>;

export const CreateTenant = Type.Object(
  { name: text(bounds.name, "The customer's name."), tier: Type.Optional(Tier), rate_limit: Type.Optional(nullable(RateLimit)) },
  closed,
);
export const UpdateTenant = Type.Object(
  {
    name: Type.Optional(text(bounds.name, "The customer's name.")),
    tier: Type.Optional(Tier),
    status: Type.Optional(TenantStatus),
    rate_limit: Type.Optional(nullable(RateLimit, { description: "Overrides the tier for this tenant; null returns to it." })),
  },
  { ...closed, minProperties: 1 },
);
export const ListTenantsQuery = Type.Object({ status: Type.Optional(TenantStatus), q: Type.Optional(text(100, "Part of the name.")), ...paging }, closed);

export const RootKeyId = id("key", "The root key's id.");
const RootPermissions = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
  minItems: 1,
  maxItems: bounds.scopes,
  uniqueItems: true,
  description: "Permissions such as `verify`, `keys:read`, `keys:write`, `tenants:write`; `*` holds all.",
});
export const RootKey = Type.Object({
  id: RootKeyId,
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  status: Type.Union([Type.Literal("active"), Type.Literal("revoked"), Type.Literal("disabled"), Type.Literal("expired")]),
  hint: Type.String(),
  created_at: time("When the root key was created."),
  revoked_at: nullable(time("When it was revoked.")),
  last_used_at: nullable(time("The last accepted request.")),
});
export const CreatedRootKey = Type.Object({ ...RootKey.properties, key: Type.String({ description: "The plaintext. Shown here and never again." }) });
export const CreateRootKey = Type.Object({ name: text(bounds.name, "What the root key is for."), permissions: RootPermissions }, closed);
export const ListRootKeysQuery = Type.Object(paging, closed);

export const AuditEntry = Type.Object({
  id: Type.String(),
  tenant_id: nullable(Type.String()),
  at: time("When it happened."),
  actor: Type.Object({ type: Type.String(), id: nullable(Type.String()) }),
  action: Type.String({ description: "One of the table in docs/audit-actions.md.", examples: ["key.revoked"] }),
  target: Type.Object({ type: Type.String(), id: Type.String() }),
  reason: nullable(Type.String()),
  ip: nullable(Type.String()),
  request_id: nullable(Type.String()),
  before: nullable(Type.Record(Type.String(), Type.Unknown())),
  after: nullable(Type.Record(Type.String(), Type.Unknown())),
});
export const ListAuditQuery = Type.Object(
  {
    tenant_id: Type.Optional(TenantId),
    actor_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    target_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    action: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    from: Type.Optional(time("Not before.")),
    to: Type.Optional(time("Before.")),
    ...paging,
  },
  closed,
);
