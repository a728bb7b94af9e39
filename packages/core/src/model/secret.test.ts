import { describe, expect, it, vi } from "vitest";
import { Secret } from "./secret.ts";

describe("Secret", () => {
  it("makes what is derived of it once, for as long as the same is asked for", () => {
    const secret = new Secret("abc");
    const upper = vi.fn((text: string) => text.toUpperCase());
    const length = vi.fn((text: string) => String(text.length));
    expect([secret.derived(upper), secret.derived(upper)]).toEqual(["ABC", "ABC"]);
    expect(upper).toHaveBeenCalledTimes(1);
    expect([secret.derived(length), secret.derived(upper)]).toEqual(["3", "ABC"]);
  });

  it("shows nothing of its text by accident, derived or not", () => {
    const secret = new Secret("abc");
    secret.derived((text) => text);
    expect([`${secret}`, JSON.stringify({ secret }), String(Object.values(secret))]).toEqual(["[secret]", '{"secret":"[secret]"}', ""]);
  });
});
