import Type, { type Static } from "typebox";
import { type KeySortName, keySorts } from "../key-sorts.ts";
import { bounds, RateLimit } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, id, nullable, text, time } from "./text.ts";

export const KeyId = id("key", "The API key's id; it survives rotation.");
export const TenantId = id("ten", "The tenant's id.");
export const MemberId = id("mem", "The member's id.");
export const TeamId = id("team", "The team's id.");

const scope = Type.String({ pattern: "^[a-z][a-z0-9_.:-]{0,63}$", description: "A scope of the operator's catalogue." });
const Scopes = Type.Array(scope, { minItems: 1, maxItems: bounds.scopes, uniqueItems: true, description: "What the key may do." });
const Environment = Type.Union([Type.Literal("live"), Type.Literal("test")], { description: "The environment that the key's text names." });
const KeyStatus = Type.Union([Type.Literal("active"), Type.Literal("disabled"), Type.Literal("expired"), Type.Literal("revoked")], {
  description: "`expired` and `revoked` are final.",
});

const Metadata = Type.Record(
  Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" }),
  Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()]),
  {
    ...closed,
    maxProperties: bounds.metadataEntries,
    description: `Flat notes of your own: ≤ ${bounds.metadataEntries} entries, ≤ ${bounds.metadataBytes} bytes as JSON. Verification returns them.`,
  },
);
const Allowlist = Type.Array(Type.String({ minLength: 2, maxLength: 49 }), {
  maxItems: bounds.allowlist,
  uniqueItems: true,
  description: "IPv4 or IPv6 addresses or CIDR ranges without host bits; empty: any address.",
});
const Quota = Type.Integer({ minimum: 1, maximum: bounds.monthlyQuota, description: "Requests (or cost) a calendar month, UTC." });
const ExpiresInDays = Type.Integer({
  minimum: 1,
  maximum: bounds.expiryDays,
  description: "Days from now; 90 unless the operator configured another default.",
});
const Name = text(bounds.name, "What people call the key.");

export const Owner = Type.Object({
  type: Type.Union([Type.Literal("member"), Type.Literal("team"), Type.Literal("tenant"), Type.Literal("operator")]),
  id: nullable(Type.String()),
});

const SecretInfo = Type.Object({
  hint: Type.String({ description: "What may be shown of a secret afterwards.", examples: ["pm_live_…x7Qk"] }),
  status: Type.Union([Type.Literal("current"), Type.Literal("previous")]),
  created_at: time("When the secret was made."),
  valid_until: nullable(time("End of the grace period; null for the current secret.")),
  use: Type.Optional(
    nullable(
      Type.Object({
        requests: Type.Integer(),
        addresses: Type.Integer({ description: "Addresses that they came from, as the log has them." }),
        last_used_at: nullable(time("The last of them; null: there was none.")),
      }),
      {
        description:
          "Where one key is asked for that has two secrets: what the request log holds of the requests with this one since the newest was made. null: the log cannot tell them apart.",
      },
    ),
  ),
});

export const ApiKey = Type.Object({
  id: KeyId,
  tenant_id: TenantId,
  name: Name,
  environment: Environment,
  scopes: Type.Array(Type.String()),
  status: KeyStatus,
  owner: Owner,
  hint: Type.String({ examples: ["pm_live_…x7Qk"] }),
  secrets: Type.Array(SecretInfo),
  ip_allowlist: Type.Array(Type.String()),
  rate_limit: nullable(RateLimit),
  monthly_quota: nullable(Type.Integer()),
  metadata: Metadata,
  expires_at: nullable(time("When the key ends; null: never.")),
  created_at: time("When the key was created."),
  updated_at: time("When the key last changed."),
  revoked_at: nullable(time("When the key was revoked.")),
  revoked_reason: nullable(Type.String()),
  last_used_at: nullable(time("The last accepted request.")),
  last_used_ip: nullable(Type.String({ description: "The client's address at that request, where it was given." })),
  revision: Type.Integer({ description: "The key's change counter; `ETag` is this number in quotes." }),
});
export type ApiKey = Static<typeof ApiKey>;

const plaintext = Type.String({ description: "The secret's plaintext. Shown here and never again.", examples: ["pm_live_…"] });

export const CreatedApiKey = Type.Object({ ...ApiKey.properties, key: plaintext });

export const CreateApiKey = Type.Object(
  {
    tenant_id: Type.Optional(TenantId),
    name: Name,
    scopes: Scopes,
    environment: Type.Optional(Environment),
    expires_in_days: Type.Optional(nullable(ExpiresInDays, { description: "null: never, where the operator allows it." })),
    expires_at: Type.Optional(time("Instead of `expires_in_days`: an exact end, at most 365 days away.")),
    ip_allowlist: Type.Optional(Allowlist),
    rate_limit: Type.Optional(nullable(RateLimit)),
    monthly_quota: Type.Optional(nullable(Quota)),
    owner_id: Type.Optional(MemberId),
    team_id: Type.Optional(TeamId),
    metadata: Type.Optional(Metadata),
  },
  closed,
);
export type CreateApiKey = Static<typeof CreateApiKey>;

export const UpdateApiKey = Type.Object(
  {
    name: Type.Optional(Name),
    scopes: Type.Optional(Scopes),
    enabled: Type.Optional(Type.Boolean({ description: "false switches the key off, true on again." })),
    expires_in_days: Type.Optional(nullable(ExpiresInDays)),
    expires_at: Type.Optional(time("Instead of `expires_in_days`.")),
    ip_allowlist: Type.Optional(Allowlist),
    rate_limit: Type.Optional(nullable(RateLimit)),
    monthly_quota: Type.Optional(nullable(Quota)),
    metadata: Type.Optional(Metadata),
  },
  { ...closed, minProperties: 1 },
);
export type UpdateApiKey = Static<typeof UpdateApiKey>;

export const RegenerateApiKey = Type.Object(
  {
    grace_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: bounds.graceSeconds,
        description: "How long the old secret goes on working; 86400 unless configured, 0 for a leak.",
      }),
    ),
  },
  closed,
);

export const RegeneratedApiKey = Type.Object({
  ...ApiKey.properties,
  key: plaintext,
  previous_secret_valid_until: time("When the replaced secret stops working."),
});

export const RevokeApiKey = Type.Object({ reason: Type.Optional(text(bounds.reason, "Why; kept in the audit log.")) }, closed);

export const RevokedApiKey = Type.Object({
  id: Type.String(),
  status: Type.Literal("revoked"),
  enforced: Type.Boolean({ description: "true: no process accepts the key any more." }),
  revoked_at: time("When it was revoked."),
  reason: nullable(Type.String()),
});

export const KeyOptionsQuery = Type.Object({ tenant_id: Type.Optional(TenantId) }, closed);

export const KeyOptions = Type.Object({
  catalogue: Type.Array(
    Type.Object({
      name: Type.String(),
      description: Type.String({ description: "What the scope lets a key do." }),
      grantable: Type.Boolean({ description: "Whether the caller may grant it." }),
    }),
    { description: "The operator's catalogue of scopes." },
  ),
  default_expires_in_days: Type.Integer({ description: "A key's life where nothing is said." }),
  max_expires_in_days: Type.Integer(),
  allow_no_expiry: Type.Boolean({ description: "Whether a key may be made without an end." }),
  default_grace_seconds: Type.Integer({ description: "How long a replaced secret goes on working where nothing is said." }),
  your_ip: nullable(Type.String({ description: "The caller's address, as an allow-list would see it." })),
  now: time("The server's clock."),
});

export const ListApiKeysQuery = Type.Object(
  {
    tenant_id: Type.Optional(TenantId),
    status: Type.Optional(KeyStatus),
    environment: Type.Optional(Environment),
    scope: Type.Optional(scope),
    owner_id: Type.Optional(MemberId),
    team_id: Type.Optional(TeamId),
    q: Type.Optional(text(100, "Part of the name, or the end of the hint.")),
    sort: Type.Optional(
      Type.Unsafe<KeySortName>(
        Type.Union(
          keySorts.map((name) => Type.Literal(name)),
          {
            default: "-created_at",
            description:
              "The order; with `-` before it the other way round. Keys without an end come after all ends, keys that were never used before all uses; names stand without regard to case.",
          },
        ),
      ),
    ),
    ...paging,
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  },
  closed,
);
