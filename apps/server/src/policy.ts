import { bounds } from "@keywright/contract";
import { type Static, Type } from "@keywright/contract/validation";
import { maxKeyLength, minBodyLength, type Policy, rootEnvironment } from "@keywright/core";
import { parseAddressRange } from "./address-range.ts";
import { isEmbedOrigin } from "./embed-origin.ts";
import { compilePart } from "./http/validate.ts";
import { reminderPolicy, toReminderPolicy } from "./reminder-settings.ts";

/** The policy file's own error: one sentence, by JSON pointer into the file. */
export class PolicyError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "PolicyError";
  }
}

const closed = { additionalProperties: false } as const;
const days = (description: string, byDefault: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: bounds.expiryDays, default: byDefault, description }));

const Tier = Type.Object(
  { limit: Type.Integer({ minimum: 1, maximum: bounds.rateLimit }), window_seconds: Type.Integer({ minimum: 1, maximum: bounds.windowSeconds }) },
  closed,
);

/** `keywright.config.json`, as JSON Schema. */
export const policySchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    prefix: Type.Optional(
      Type.String({ pattern: "^[a-z][a-z0-9]{0,15}$", default: "pm", description: "What every key begins with. Keys of another prefix are not recognised." }),
    ),
    body_length: Type.Optional(
      Type.Integer({
        minimum: minBodyLength,
        maximum: maxKeyLength,
        default: minBodyLength,
        description: `Characters behind the environment, the last 6 of them checksum. A whole key may have ${maxKeyLength}: bcrypt ignores what follows.`,
      }),
    ),
    scopes: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_.:-]{0,63}$" }), Type.String({ minLength: 1, maxLength: 200 }), {
        minProperties: 1,
        maxProperties: 200,
        description: "The catalogue: scope → what it lets a key do. `read`, `write` and `admin`, for the platform's own API, are always in it.",
      }),
    ),
    tiers: Type.Optional(
      Type.Object(
        { starter: Type.Optional(Tier), pro: Type.Optional(Tier), enterprise: Type.Optional(Tier) },
        { ...closed, description: "A tenant's pool, by tier." },
      ),
    ),
    default_expires_in_days: days("A key's life where its creation names none.", 90),
    max_expires_in_days: days("The longest life that a key may be given.", bounds.expiryDays),
    allow_no_expiry: Type.Optional(Type.Boolean({ default: false, description: "Whether a key may be created without an end." })),
    max_keys_per_member: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, default: 10, description: "Keys of one member that are not revoked or expired." }),
    ),
    max_keys_per_team: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, default: 50, description: "Keys of one team that are not revoked or expired." }),
    ),
    max_invitations_per_hour: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, default: 100, description: "Mails of invitations that a tenant may send; one address gets 5 at most." }),
    ),
    default_grace_seconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: bounds.graceSeconds, default: 86_400, description: "How long a replaced secret goes on working." }),
    ),
    request_log: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(Type.Boolean({ default: true, description: "Whether the latest verifications are kept to be looked at." })),
          per_second: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_000,
              default: 100,
              description: "Successes, and besides refusals, of one tenant that one process keeps in a second; what is more is counted, and the log says so.",
            }),
          ),
          addresses: Type.Optional(
            Type.Union([Type.Literal("full"), Type.Literal("short"), Type.Literal("none")], {
              default: "full",
              description: "How clients' addresses are kept there. short: as their network, of 24 bits, or 48 of IPv6.",
            }),
          ),
        },
        { ...closed, description: "The request log." },
      ),
    ),
    usage_by_country: Type.Optional(
      Type.Boolean({
        default: true,
        description: "Whether usage can be told apart by country: counted of what the request log keeps, by the registries' records that come with Keywright.",
      }),
    ),
    reminders: reminderPolicy,
    on_ledger_outage: Type.Optional(
      Type.Union([Type.Literal("degrade"), Type.Literal("deny")], {
        default: "degrade",
        description:
          "Redis out of reach. degrade: limits are counted in PostgreSQL meanwhile. deny: verification and every call that needs a key, revocation too, answer 503.",
      }),
    ),
    on_store_outage: Type.Optional(
      Type.Union([Type.Literal("serve"), Type.Literal("deny")], {
        default: "serve",
        description: "PostgreSQL out of reach. serve: keys that are known go on, as long as Redis is there. deny: verification answers 503.",
      }),
    ),
    audit_checkpoint_minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_440,
        default: 5,
        description: "How long after a signed checkpoint of an audit log the next one is made, at the earliest.",
      }),
    ),
    audit_retention_days: Type.Optional(
      Type.Union([Type.Integer({ minimum: 31, maximum: 36_500 }), Type.Null()], {
        default: null,
        description: "How long entries of the audit log are kept; a signed checkpoint proves what was dropped. null: for ever.",
      }),
    ),
    brute_force: Type.Optional(
      Type.Union([Type.Literal("off"), Type.Literal("slow"), Type.Literal("block")], {
        default: "block",
        description:
          "Addresses that send one bad credential after the other. slow: their refusals come late. block: and from 50 within a minute on, only keys in use are taken from them for five minutes.",
      }),
    ),
    never_block: Type.Optional(
      Type.Array(Type.String({ minLength: 2, maxLength: 64 }), {
        maxItems: 200,
        default: [],
        description:
          "Addresses and CIDR ranges that are slowed down at most, such as a gateway's that many share. This machine's, and trusted proxies', never are blocked.",
      }),
    ),
    embed_origins: Type.Optional(
      Type.Array(Type.String({ minLength: 8, maxLength: 253 }), {
        maxItems: 50,
        default: [],
        description:
          "Origins of your own pages, such as https://app.example.com, that may show key management inside themselves (docs/embedding.md). None: nobody may.",
      }),
    ),
    bcrypt_cost: Type.Optional(Type.Integer({ minimum: 4, maximum: 15, default: 12, description: "Each step doubles the work." })),
  },
  closed,
);
type PolicyFile = Static<typeof policySchema>;

const platformScopes = {
  read: "See keys, members, teams and usage of the tenant.",
  write: "All that `read` may, and create, change and revoke keys.",
  admin: "All that `write` may, and manage members, teams and invitations and read the audit log.",
};

const exampleScopes = { send_email: "Send e-mail.", read_analytics: "Read analytics.", manage_contacts: "Create, change and delete contacts." };

/** The policy without a file. */
export const defaultPolicy: Policy = {
  prefix: "pm",
  bodyLength: minBodyLength,
  scopes: { ...exampleScopes, ...platformScopes },
  tiers: {
    starter: { limit: 60, windowSeconds: 60 },
    pro: { limit: 300, windowSeconds: 60 },
    enterprise: { limit: 1000, windowSeconds: 60 },
  },
  defaultExpiresInDays: 90,
  maxExpiresInDays: bounds.expiryDays,
  allowNoExpiry: false,
  maxKeysPerMember: 10,
  maxKeysPerTeam: 50,
  maxInvitationsPerHour: 100,
  defaultGraceSeconds: 86_400,
  bcryptCost: 12,
  requestLog: { isEnabled: true, perSecond: 100, addresses: "full" },
  usageByCountry: true,
  auditCheckpointMinutes: 5,
  auditRetentionDays: null,
  bruteForce: "block",
  neverBlock: [],
  embedOrigins: [],
  ...toReminderPolicy(),
  onLedgerOutage: "degrade",
  onStoreOutage: "serve",
};

/** The policy that a file's text asks for, with the defaults where it says nothing; a `PolicyError` names what is wrong with it. */
export const parsePolicy = (text: string): Policy => {
  const file = withSnakeNames(parseJson(text));
  const fault = compilePart(policySchema)(file)[0];
  if (fault !== undefined) throw new PolicyError(`${fault.pointer || "the file"} ${fault.detail}`);
  const policy = toPolicy(file as PolicyFile);
  checkTogether(policy);
  return policy;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError("the file is not valid JSON");
  }
};

/** `bodyLength` may be written for `body_length`. */
const withSnakeNames = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field]))
    : value;

const toPolicy = (file: PolicyFile): Policy => {
  const fallback = defaultPolicy;
  const maxExpiresInDays = file.max_expires_in_days ?? fallback.maxExpiresInDays;
  return {
    prefix: file.prefix ?? fallback.prefix,
    bodyLength: file.body_length ?? fallback.bodyLength,
    scopes: file.scopes === undefined ? fallback.scopes : { ...platformScopes, ...file.scopes },
    tiers: toTiers(file.tiers),
    defaultExpiresInDays: file.default_expires_in_days ?? Math.min(fallback.defaultExpiresInDays, maxExpiresInDays),
    maxExpiresInDays,
    allowNoExpiry: file.allow_no_expiry ?? fallback.allowNoExpiry,
    ...toCounts(file),
    defaultGraceSeconds: file.default_grace_seconds ?? fallback.defaultGraceSeconds,
    bcryptCost: file.bcrypt_cost ?? fallback.bcryptCost,
    ...toSightings(file),
    ...toAuditPolicy(file),
    ...toReminderPolicy(file.reminders),
    onLedgerOutage: file.on_ledger_outage ?? fallback.onLedgerOutage,
    onStoreOutage: file.on_store_outage ?? fallback.onStoreOutage,
  };
};

const toSightings = ({ request_log: given = {}, usage_by_country: usageByCountry }: PolicyFile): Pick<Policy, "requestLog" | "usageByCountry"> => {
  const { requestLog: fallback } = defaultPolicy;
  return {
    requestLog: {
      isEnabled: given.enabled ?? fallback.isEnabled,
      perSecond: given.per_second ?? fallback.perSecond,
      addresses: given.addresses ?? fallback.addresses,
    },
    usageByCountry: usageByCountry ?? defaultPolicy.usageByCountry,
  };
};
/** How many of what there may be. */
const toCounts = (file: PolicyFile) => ({
  maxKeysPerMember: file.max_keys_per_member ?? defaultPolicy.maxKeysPerMember,
  maxKeysPerTeam: file.max_keys_per_team ?? defaultPolicy.maxKeysPerTeam,
  maxInvitationsPerHour: file.max_invitations_per_hour ?? defaultPolicy.maxInvitationsPerHour,
});

const toAuditPolicy = (file: PolicyFile) => ({
  auditCheckpointMinutes: file.audit_checkpoint_minutes ?? defaultPolicy.auditCheckpointMinutes,
  auditRetentionDays: file.audit_retention_days ?? defaultPolicy.auditRetentionDays,
  bruteForce: file.brute_force ?? defaultPolicy.bruteForce,
  neverBlock: file.never_block ?? defaultPolicy.neverBlock,
  embedOrigins: file.embed_origins ?? defaultPolicy.embedOrigins,
});

const toTiers = (tiers: PolicyFile["tiers"] = {}): Policy["tiers"] => {
  const pool = (name: keyof Policy["tiers"]) => {
    const given = tiers[name];
    return given === undefined ? defaultPolicy.tiers[name] : { limit: given.limit, windowSeconds: given.window_seconds };
  };
  return { starter: pool("starter"), pro: pool("pro"), enterprise: pool("enterprise") };
};

/** What no field can say alone. */
const checkTogether = ({ prefix, bodyLength, defaultExpiresInDays, maxExpiresInDays, neverBlock, embedOrigins }: Policy): void => {
  const foreign = embedOrigins.findIndex((text) => !isEmbedOrigin(text));
  if (foreign >= 0)
    throw new PolicyError(`/embed_origins/${foreign} must be an origin such as https://app.example.com: no path, and http on this machine only`);
  const wrong = neverBlock.findIndex((text) => parseAddressRange(text) === undefined);
  if (wrong >= 0) throw new PolicyError(`/never_block/${wrong} must be an address or a CIDR range such as 203.0.113.0/24`);
  const head = `${prefix}_${rootEnvironment}_`.length;
  if (head + bodyLength > maxKeyLength) {
    throw new PolicyError(
      `/body_length must be ${minBodyLength} to ${maxKeyLength - head} with the prefix ${prefix}: a key may have ${maxKeyLength} characters at most`,
    );
  }
  if (defaultExpiresInDays > maxExpiresInDays) {
    throw new PolicyError(`/default_expires_in_days must be at most max_expires_in_days, which is ${maxExpiresInDays}`);
  }
};
