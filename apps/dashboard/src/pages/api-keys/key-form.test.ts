import type { ApiKey } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { addLine, emptyKeyForm, fromKey, isWholeOrEmpty, toCreateBody, toUpdateBody } from "./key-form.ts";

const key: ApiKey = {
  id: "key_1",
  tenant_id: "ten_1",
  name: "Mailer",
  environment: "live",
  scopes: ["send_email", "read_analytics"],
  status: "active",
  owner: { type: "team", id: "team_1" },
  hint: "pm_live_…x7Qk",
  secrets: [],
  ip_allowlist: ["203.0.113.7", "10.0.0.0/8"],
  rate_limit: { limit: 5, window_seconds: 60 },
  monthly_quota: null,
  metadata: { plan: "pro", seats: 7 },
  expires_at: "2030-01-31T12:00:00.000Z",
  created_at: "2026-01-31T12:00:00.000Z",
  updated_at: "2026-01-31T12:00:00.000Z",
  revoked_at: null,
  revoked_reason: null,
  last_used_at: null,
  last_used_ip: null,
  revision: 1,
};

describe("what is sent to make a key", () => {
  it("is what was typed, in the types of the API", () => {
    const values = {
      ...emptyKeyForm,
      name: "  Mailer ",
      scopes: ["send_email"],
      expiry: "30",
      owner: "team_1",
      allowlist: "203.0.113.7, 10.0.0.0/8\n203.0.113.7",
      rateLimit: "1,000",
      quota: "5 000",
      metadata: [
        { name: "plan", value: "pro" },
        { name: " ", value: "left out" },
      ],
    };
    expect(toCreateBody(values, { tenant_id: "ten_1" })).toEqual({
      tenant_id: "ten_1",
      name: "Mailer",
      environment: "live",
      scopes: ["send_email"],
      expires_in_days: 30,
      team_id: "team_1",
      ip_allowlist: ["203.0.113.7", "10.0.0.0/8"],
      rate_limit: { limit: 1000, window_seconds: 60 },
      monthly_quota: 5000,
      metadata: { plan: "pro" },
    });
  });

  it("ends with the chosen day where the person is, or never", () => {
    const { expires_at: at } = toCreateBody({ ...emptyKeyForm, expiry: "date", date: "2030-01-31" }, {});
    expect(new Date(at ?? "").toLocaleDateString("sv")).toBe("2030-01-31");
    expect(toCreateBody({ ...emptyKeyForm, expiry: "never" }, {})).toMatchObject({ expires_in_days: null });
  });
});

describe("what is sent to change a key", () => {
  it("is nothing where nothing was changed", () => {
    expect(toUpdateBody(fromKey(key), key)).toEqual({});
    expect(toUpdateBody({ ...fromKey(key), scopes: ["read_analytics", "send_email"] }, key)).toEqual({});
  });

  it("is what differs, with numbers that were not touched left numbers", () => {
    const metadata = [...fromKey(key).metadata, { name: "region", value: "eu" }];
    expect(toUpdateBody({ ...fromKey(key), name: "Post", quota: "10", metadata }, key)).toEqual({
      name: "Post",
      monthly_quota: 10,
      metadata: { plan: "pro", seats: 7, region: "eu" },
    });
    expect(toUpdateBody({ ...fromKey(key), rateLimit: "", allowlist: "" }, key)).toEqual({ rate_limit: null, ip_allowlist: [] });
  });
});

it("adds an address once", () => {
  expect(addLine("", "::1")).toBe("::1");
  expect(addLine("10.0.0.1", "::1")).toBe("10.0.0.1\n::1");
  expect(addLine("10.0.0.1\n::1", "::1")).toBe("10.0.0.1\n::1");
});

it("tells a whole number from what is none", () => {
  expect(["", "7", "1,000", "1 000", "1.5", "-1", "ten"].map(isWholeOrEmpty)).toEqual([true, true, true, true, false, false, false]);
});
