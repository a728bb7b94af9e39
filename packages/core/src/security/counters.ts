import type { SecurityEventKind } from "@keywright/contract";
import type { SubjectType } from "../model/security-event.ts";
import { oldestFirst } from "../oldest-first.ts";

export interface Sighting {
  readonly kind: SecurityEventKind;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly tenantId: string | null;
  /** What was asked for, where it matters how many different ones there are. */
  readonly wanted?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Counted extends Sighting {
  readonly firstMs: number;
  lastMs: number;
  count: number;
  /** Different things that were asked for: at most so many as anybody asks about. */
  readonly distinct: Set<string>;
}

export interface Counters {
  /** Counts it, in the minute that it fell in. */
  count(sighting: Sighting, atMs: number): Counted;
  /** Takes what was counted in minutes that are over; `all`: in this one too. */
  take(nowMs: number, all?: boolean): readonly Counted[];
}

export const maxDistinct = 5;
const minuteMs = 60_000;

/**
 * Counts by subject and minute, in bounded memory: subjects beyond `maxSubjects` in one minute push out the one that was first seen longest ago. A clock
 * that goes back ends a minute early, and none lasts longer than by the clock it does.
 */
export const createCounters = (maxSubjects = 10_000): Counters => {
  const counted = new Map<string, Counted>();
  const nextOldest = oldestFirst(counted);
  return {
    count: (sighting, atMs) => {
      const name = `${sighting.kind} ${sighting.subjectType} ${sighting.subjectId} ${Math.floor(atMs / minuteMs)}`;
      const standing = counted.get(name) ?? { ...sighting, firstMs: atMs, lastMs: atMs, count: 0, distinct: new Set<string>() };
      standing.count += 1;
      standing.lastMs = Math.max(standing.lastMs, atMs);
      if (sighting.wanted !== undefined && standing.distinct.size < maxDistinct) standing.distinct.add(sighting.wanted);
      if (!counted.has(name)) {
        if (counted.size >= maxSubjects) counted.delete(nextOldest()?.[0] ?? "");
        counted.set(name, standing);
      }
      return standing;
    },
    take: (nowMs, all = false) => {
      const minute = Math.floor(nowMs / minuteMs);
      const over = [...counted].filter(([, { firstMs }]) => all || Math.floor(firstMs / minuteMs) !== minute);
      for (const [name] of over) counted.delete(name);
      return over.map(([, entry]) => entry);
    },
  };
};
