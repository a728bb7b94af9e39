import { memberRoles, platformScopePermissions, platformScopes, rolePermissions } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { roleGrants } from "./role-grants.ts";

describe("roleGrants", () => {
  it("lets whoever writes keys grant the operator's own catalogue, and a viewer nothing", () => {
    expect(memberRoles.filter((role) => roleGrants(role, "send_email"))).toEqual(["owner", "admin", "developer"]);
    expect(platformScopes.filter((scope) => roleGrants("viewer", scope))).toEqual([]);
  });

  it("grants no scope for the platform that opens more than the role may", () => {
    for (const role of memberRoles) {
      for (const scope of platformScopes.filter((one) => roleGrants(role, one))) {
        expect(rolePermissions[role]).toEqual(expect.arrayContaining([...platformScopePermissions[scope]]));
      }
    }
  });

  it("keeps a developer, who reaches their own keys alone, from a key that reaches all", () => {
    expect(platformScopes.filter((scope) => roleGrants("developer", scope) && platformScopePermissions[scope].includes("keys:write"))).toEqual([]);
  });
});
