import { expect, it } from "vitest";
import { holds, holdsAll, rootHolds, scopesOpen } from "./scopes.ts";

it("a platform scope includes those below it, and nothing else does", () => {
  expect(holds(["admin"], "read")).toBe(true);
  expect(holds(["write"], "read")).toBe(true);
  expect(holds(["read"], "write")).toBe(false);
  expect(holds(["admin"], "send_email")).toBe(false);
  expect(holds(["send_email"], "read")).toBe(false);
  expect(holdsAll(["send_email", "write"], ["send_email", "read"])).toBe(true);
  expect(holdsAll([], [])).toBe(true);
});

it("permissions open by scope for API keys and by name for root keys", () => {
  expect(scopesOpen(["write"], "keys:write")).toBe(true);
  expect(scopesOpen(["read"], "keys:write")).toBe(false);
  expect(scopesOpen(["admin"], "tenants:write")).toBe(false);
  expect(scopesOpen(["send_email"], "keys:read")).toBe(false);
  expect(rootHolds(["*"], "tenants:write")).toBe(true);
  expect(rootHolds(["verify"], "tenants:write")).toBe(false);
});
