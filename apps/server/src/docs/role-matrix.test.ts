import { readFileSync } from "node:fs";
import { endpointIds, endpoints, type MemberRole, type Role, roles } from "@keywright/contract";
import { AppError, authorizePerson, type Member, type SignedIn } from "@keywright/core";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../../../docs/permissions.md", import.meta.url), "utf8");
const people = page.slice(page.indexOf("## People, by role"));

/** The printed matrix: call → one cell a role, then one for whoever is no member. */
const printed = new Map(
  [...people.matchAll(/^\| `(?<call>[A-Z]+ [^`]+)` \| (?<cells>.+) \|$/gm)].map(({ groups }) => [groups?.["call"], groups?.["cells"]?.split(" | ")]),
);

const tenantId = "ten_01F8MECHZX3TBDSZ7XRADM";
const storeOf = (role: MemberRole | undefined) => {
  const member: Member = { id: "mem_1", tenantId, email: "", name: "", role: role ?? "viewer", accountId: "account-1", createdAtMs: 0 };
  const items = role === undefined ? [] : [member];
  const row = { id: tenantId, status: "active" };
  return {
    members: { findOfAccount: async () => items[0], listOfAccount: async () => ({ items, after: null }) },
    tenants: { find: async () => ({ row, tag: "" }) },
  } as unknown as Parameters<typeof authorizePerson>[0]["store"];
};

/** What the printed cell has to be, by asking: a refusal is "no". */
const ask = async (role: Role | undefined, id: (typeof endpointIds)[number]): Promise<string> => {
  const signedIn: SignedIn = { accountId: "account-1", email: "", name: "", isOperator: role === "operator" };
  const store = storeOf(role === "operator" ? undefined : role);
  const request = { signedIn, tenantId: undefined, permission: endpoints[id].permission, ip: null, requestId: "req_1" };
  try {
    await authorizePerson({ store }, request);
    return "yes";
  } catch (error) {
    if (error instanceof AppError && error.code === "PERMISSION_DENIED") return "no";
    throw error;
  }
};

describe("the matrix of roles and endpoints", () => {
  it("has a row for every endpoint", () => {
    expect([...printed.keys()]).toEqual(endpointIds.map((id) => `${endpoints[id].method} ${endpoints[id].path}`));
  });

  it.each(endpointIds)("says of %s what each role, and whoever has none, is answered", async (id) => {
    const answers = await Promise.all([...roles, undefined].map((role) => ask(role, id)));
    const cells = printed.get(`${endpoints[id].method} ${endpoints[id].path}`)?.map((cell) => (cell === "own" ? "yes" : cell));
    expect(answers).toEqual(cells);
  });

  it("keeps from the roles what is the operator's, and from the operator what is the gateways'", () => {
    const cellsOf = (id: (typeof endpointIds)[number]) => printed.get(`${endpoints[id].method} ${endpoints[id].path}`);
    expect(cellsOf("update-tenant")).toEqual(["no", "no", "no", "no", "yes", "no"]);
    expect(cellsOf("create-root-key")).toEqual(["no", "no", "no", "no", "yes", "no"]);
    expect(cellsOf("verify-key")).toEqual(["no", "no", "no", "no", "no", "no"]);
    expect(cellsOf("create-key")).toEqual(["yes", "yes", "own", "no", "yes", "no"]);
    expect(cellsOf("update-member")).toEqual(["yes", "yes", "no", "no", "yes", "no"]);
    expect(cellsOf("update-settings")).toEqual(["yes", "no", "no", "no", "yes", "no"]);
    expect(cellsOf("list-keys")).toEqual(["yes", "yes", "yes", "yes", "yes", "no"]);
  });
});
