import { validateHeaderValue } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordOf } from "../testing/stub-app.ts";
import { identityHeaders } from "./identity-headers.ts";

describe("identityHeaders", () => {
  it("name the key, its tenant and owner, and what it may do", () => {
    expect(identityHeaders(recordOf({ ownerId: "mem_1", id: "key_1" }), 0)).toEqual({
      "x-keywright-key-id": "key_1",
      "x-keywright-key-name": "Mailer",
      "x-keywright-tenant-id": "ten_01F8MECHZX3TBDSZ7XRADM",
      "x-keywright-owner": "mem_1",
      "x-keywright-scopes": "send_email,read_analytics",
      "x-keywright-environment": "live",
      "x-keywright-expires-at": "1970-01-01T00:00:00.000Z",
    });
  });

  it("are all there, empty where there is nothing to say", () => {
    const full = identityHeaders(recordOf({ ownerId: "mem_1" }), 0);
    const bare = identityHeaders(recordOf({ ownerId: null, tenant: null, scopes: [] }), null);
    expect(Object.keys(bare)).toEqual(Object.keys(full));
    expect(bare).toMatchObject({ "x-keywright-owner": "", "x-keywright-tenant-id": "", "x-keywright-scopes": "", "x-keywright-expires-at": "" });
  });

  it("are fit for a header, and can be read back, whatever people call their keys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const text = identityHeaders(recordOf({ name }), null)["x-keywright-key-name"] ?? "";
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(() => validateHeaderValue("x", text)).not.toThrow();
        expect(decodeURIComponent(text)).toBe(name.replace(/\p{Surrogate}/gu, "?"));
      }),
    );
  });
});
