import { describe, expect, it } from "vitest";
import { checkPermissions } from "./check-permissions.ts";

const tables = {
  endpoints: { "get-key": { permission: "keys:read" } },
  doors: [{ permission: "verify" }],
  permissions: { "keys:read": "", verify: "" },
  grants: { viewer: ["keys:read"] },
} as const;
const check = (change: object) => () => checkPermissions({ ...tables, ...change });

describe("the start", () => {
  it("accepts tables that agree", () => {
    expect(check({})).not.toThrow();
  });

  it.each<[string, object, string]>([
    ["an endpoint without a permission", { endpoints: { ...tables.endpoints, "get-team": {} } }, "get-team"],
    ["an endpoint whose permission is unknown", { endpoints: { ...tables.endpoints, "get-team": { permission: "teams:read" } } }, "get-team"],
    ["a permission of the object's prototype", { endpoints: { ...tables.endpoints, "get-team": { permission: "toString" } } }, "get-team"],
    ["a permission that nothing asks for", { permissions: { ...tables.permissions, "teams:read": "" } }, "teams:read"],
    ["a role that opens what there is not", { grants: { viewer: ["teams:read"] } }, "viewer"],
  ])("is refused with %s", (_what, change, named) => {
    expect(check(change)).toThrow(named);
  });
});
