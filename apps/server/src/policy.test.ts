import { platformScopes } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import type { FieldSchema } from "./http/field-words.ts";
import { defaultPolicy, parsePolicy, policySchema } from "./policy.ts";

describe("parsePolicy", () => {
  it("has the documented defaults where a file says nothing", () => {
    expect(parsePolicy("{}")).toEqual(defaultPolicy);
    expect(defaultPolicy).toEqual({
      prefix: "pm",
      bodyLength: 32,
      scopes: expect.objectContaining({ send_email: expect.any(String), read_analytics: expect.any(String), manage_contacts: expect.any(String) }),
      tiers: { starter: { limit: 60, windowSeconds: 60 }, pro: { limit: 300, windowSeconds: 60 }, enterprise: { limit: 1000, windowSeconds: 60 } },
      defaultExpiresInDays: 90,
      maxExpiresInDays: 365,
      allowNoExpiry: false,
      maxKeysPerMember: 10,
      maxKeysPerTeam: 50,
      maxInvitationsPerHour: 100,
      defaultGraceSeconds: 86_400,
      bcryptCost: 12,
      auditCheckpointMinutes: 5,
      auditRetentionDays: null,
      bruteForce: "block",
      neverBlock: [],
      embedOrigins: [],
      reminders: { rotateAfterDays: 90, expiryDays: [14, 7, 1] },
      reminderCheckSeconds: 3_600,
      onLedgerOutage: "degrade",
      onStoreOutage: "serve",
      requestLog: { isEnabled: true, perSecond: 100, addresses: "full" },
      usageByCountry: true,
    });
  });

  it("states its defaults in the schema as they are", () => {
    const { properties = {} } = policySchema as unknown as FieldSchema;
    const stated = Object.fromEntries(Object.entries(properties).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])));
    expect(parsePolicy(JSON.stringify(stated))).toEqual(defaultPolicy);
  });

  it("reads every field", () => {
    const file = {
      $schema: "x",
      prefix: "acme",
      body_length: 40,
      scopes: { "orders:read": "Read orders." },
      tiers: { pro: { limit: 5, window_seconds: 2 } },
      default_expires_in_days: 7,
      max_expires_in_days: 30,
      allow_no_expiry: true,
      max_keys_per_member: 3,
      max_invitations_per_hour: 20,
      default_grace_seconds: 0,
      bcrypt_cost: 10,
      audit_checkpoint_minutes: 1,
      audit_retention_days: 400,
      brute_force: "slow",
      never_block: ["203.0.113.0/24"],
      embed_origins: ["https://app.example.com", "http://localhost:3000"],
      reminders: { rotate_after_days: 0, expiry_days: [3, 30], check_every_seconds: 60 },
      on_ledger_outage: "deny",
      on_store_outage: "deny",
      request_log: { enabled: false, per_second: 7, addresses: "short" },
      usage_by_country: false,
    };
    expect(parsePolicy(JSON.stringify(file))).toEqual({
      prefix: "acme",
      bodyLength: 40,
      scopes: expect.objectContaining({ "orders:read": "Read orders." }),
      tiers: { ...defaultPolicy.tiers, pro: { limit: 5, windowSeconds: 2 } },
      defaultExpiresInDays: 7,
      maxExpiresInDays: 30,
      allowNoExpiry: true,
      maxKeysPerMember: 3,
      maxKeysPerTeam: 50,
      maxInvitationsPerHour: 20,
      defaultGraceSeconds: 0,
      bcryptCost: 10,
      auditCheckpointMinutes: 1,
      auditRetentionDays: 400,
      bruteForce: "slow",
      neverBlock: ["203.0.113.0/24"],
      embedOrigins: ["https://app.example.com", "http://localhost:3000"],
      reminders: { rotateAfterDays: null, expiryDays: [30, 3] },
      reminderCheckSeconds: 60,
      onLedgerOutage: "deny",
      onStoreOutage: "deny",
      requestLog: { isEnabled: false, perSecond: 7, addresses: "short" },
      usageByCountry: false,
    });
  });

  it("always has the scopes of the platform's own API, and of its own examples none beside the operator's", () => {
    expect(Object.keys(parsePolicy('{"scopes":{"a":"A."}}').scopes).sort()).toEqual(["a", ...platformScopes].sort());
  });

  it("reminds nobody where it says so, and of the rest as ever", () => {
    expect(parsePolicy('{"reminders":{"rotate_after_days":null}}').reminders).toEqual({ rotateAfterDays: null, expiryDays: [14, 7, 1] });
    expect(parsePolicy('{"reminders":{"expiry_days":[]}}').reminders).toEqual({ rotateAfterDays: 90, expiryDays: [] });
    expect(() => parsePolicy('{"reminders":{"expiry_days":[0]}}')).toThrow("/reminders/expiry_days/0");
  });

  it("takes bodyLength for body_length", () => {
    expect(parsePolicy('{"bodyLength":64}').bodyLength).toBe(64);
  });

  it("never lets the default life exceed the longest", () => {
    expect(parsePolicy('{"max_expires_in_days":30}').defaultExpiresInDays).toBe(30);
  });

  it.each([
    ["{", "the file is not valid JSON"],
    ["[]", "the file must be an object"],
    ['{"prefx":"a"}', "/prefx is not known here; known are $schema, prefix, "],
    ['{"prefix":"Acme"}', "/prefix must be a small letter, then up to 15 small letters or digits"],
    ['{"body_length":31}', "/body_length must be a whole number from 32 to 72"],
    ['{"body_length":65}', "/body_length must be 32 to 64 with the prefix pm"],
    ['{"prefix":"abcdefghijklmnop","body_length":51}', "/body_length must be 32 to 50 with the prefix abcdefghijklmnop"],
    ['{"scopes":{"Bad":"x"}}', "/scopes/Bad must have a name of a scope: a small letter"],
    ['{"scopes":{}}', "/scopes must have 1 fields or more"],
    ['{"tiers":{"gold":{"limit":1,"window_seconds":1}}}', "/tiers/gold is not known here; known are starter, pro, enterprise"],
    ['{"tiers":{"pro":{"limit":0,"window_seconds":1}}}', "/tiers/pro/limit must be a whole number from 1 to 1000000000"],
    ['{"default_expires_in_days":90,"max_expires_in_days":30}', "/default_expires_in_days must be at most max_expires_in_days, which is 30"],
    ['{"max_expires_in_days":366}', "/max_expires_in_days must be a whole number from 1 to 365"],
    ...[
      "https://app.example.com/",
      "https://App.example.com",
      "https://app.example.com:443",
      "http://app.example.com",
      "https://*.example.com",
      "https://a;b.example.com",
      "null-null",
    ].map((origin): [string, string] => [`{"embed_origins":["${origin}"]}`, "/embed_origins/0 must be an origin such as https://app.example.com"]),
    ['{"bcrypt_cost":16}', "/bcrypt_cost must be a whole number from 4 to 15"],
  ])("refuses %s in one sentence", (text, sentence) => {
    expect(() => parsePolicy(text)).toThrow(sentence);
  });
});
