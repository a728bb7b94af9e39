import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriesKey, redactKeys } from "./key-text.ts";

const base62 = fc.stringMatching(/^[0-9A-Za-z]{20,64}$/);
const prefix = fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/);
const environment = fc.constantFrom("live", "test", "root");

describe("redactKeys", () => {
  it("cuts every key of any prefix out of any text", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), prefix, environment, base62), { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.map(([before, head, middle, body]) => `${before} ${head}_${middle}_${body}`).join(" ");
        const shown = redactKeys(text);
        expect(carriesKey(text)).toBe(true);
        expect(carriesKey(shown)).toBe(false);
        for (const [, , , body] of parts) expect(shown).not.toContain(`_${body}`);
      }),
    );
  });

  it("cuts the shortest text that is a key, alone", () => {
    const body = "a".repeat(20);
    expect([`a_live_${body}`, `kwembed.${body}`].map(redactKeys)).toEqual(["a_live_…", "kwembed.…"]);
    for (const text of [`a_live_${body}`, `kwembed.${body}`]) expect(redactKeys(text.slice(0, -1))).toBe(text.slice(0, -1));
  });

  it.each(["", "key_01F8MECHZX3TBDSZ7XRADM", "pm_live_…x7Qk", "pm_live_short", "/v1/emails?q=live_test"])("leaves %j as it is", (text) => {
    expect(redactKeys(text)).toBe(text);
  });
});
