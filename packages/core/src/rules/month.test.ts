import fc from "fast-check";
import { expect, it } from "vitest";
import { monthOf, monthStartMs } from "./month.ts";

it("agrees with the platform's calendar from 1600 to 9999", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("1600-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }), (date) => {
      const month = monthOf(date.getTime());
      expect(month).toBe(date.getUTCFullYear() * 12 + date.getUTCMonth());
      expect(monthStartMs(month)).toBe(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
    }),
  );
});
