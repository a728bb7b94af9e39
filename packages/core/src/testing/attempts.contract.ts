import { describe, expect, it } from "vitest";
import type { Attempts } from "../ports/attempts.ts";

export interface AttemptsBench {
  readonly attempts: () => Attempts;
  /** A subject that no other test counts. */
  readonly newSubject: () => string;
  readonly advance: (ms: number) => void;
}

const rule = { max: 3, window: 60 };

/** What every `Attempts` keeps. */
export const attemptsContract = (name: string, { attempts, newSubject, advance }: AttemptsBench): void => {
  describe(`attempts: ${name}`, () => {
    const tryAtOnce = async (subject: string, times: number) => {
      const outcomes = await Promise.all(Array.from({ length: times }, () => attempts().consume(subject, rule)));
      return outcomes.filter(({ allowed }) => allowed).length;
    };

    it("allows exactly so many of those that come at once, of each subject", async () => {
      const [one, other] = [newSubject(), newSubject()];
      expect(await Promise.all([tryAtOnce(one, 20), tryAtOnce(other, 2)])).toEqual([3, 2]);
      expect(await tryAtOnce(other, 5)).toBe(1);
    });

    it("says when to come back, and counts anew from then on", async () => {
      const subject = newSubject();
      expect(await attempts().consume(subject, rule)).toEqual({ allowed: true, retryAfter: null });
      advance(20_000);
      await tryAtOnce(subject, 2);
      expect(await attempts().consume(subject, rule)).toEqual({ allowed: false, retryAfter: 40 });
      advance(39_999);
      expect(await attempts().consume(subject, rule)).toEqual({ allowed: false, retryAfter: 1 });
      advance(1);
      expect(await tryAtOnce(subject, 5)).toBe(3);
    });

    it("keeps nobody out for longer than a window where the clock is set back", async () => {
      const subject = newSubject();
      await tryAtOnce(subject, 4);
      advance(-86_400_000);
      expect(await attempts().consume(subject, rule)).toEqual({ allowed: false, retryAfter: 60 });
      advance(59_000);
      expect(await attempts().consume(subject, rule)).toEqual({ allowed: false, retryAfter: 1 });
      advance(1_000);
      expect(await tryAtOnce(subject, 5)).toBe(3);
      advance(86_400_000);
    });

    it("forgets a subject that starts anew, and no other", async () => {
      const [one, other] = [newSubject(), newSubject()];
      await Promise.all([tryAtOnce(one, 4), tryAtOnce(other, 4)]);
      await attempts().forget(one);
      expect([await tryAtOnce(one, 4), await tryAtOnce(other, 1)]).toEqual([3, 0]);
    });
  });
};
