import type { Ratio } from "../figure.ts";
import { median } from "../median.ts";
import type { Measured, Round } from "./rounds.ts";

/**
 * How many times as much of a field one target has as another: the median of the quotients of each round. In one round both were loaded one after the other, so that what a shared
 * machine does for minutes falls on both sides of a quotient; of two medians, each may be of another round.
 */
export const ratioOf = (measured: readonly Measured[]) => {
  const of = (name: string): readonly Round[] => {
    const found = measured.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not measured.`);
    return found.rounds;
  };
  return (field: keyof Round, one: string, other: string): Ratio => {
    const others = of(other);
    const quotients = of(one).map((round, place) => round[field] / (others[place]?.[field] ?? Number.NaN));
    return { value: median(quotients), least: Math.min(...quotients), most: Math.max(...quotients) };
  };
};
