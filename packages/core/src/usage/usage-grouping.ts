import { type UsageDimension, usageDimensions } from "@keywright/contract";
import { invalidField } from "../errors.ts";
import type { UsageFilter } from "../ports/usage-store.ts";
import type { Granularity } from "./usage-range.ts";

const maxDimensions = 3;

interface Grouped {
  readonly groupBy: string | undefined;
  readonly granularity: Granularity;
  readonly filter: Pick<UsageFilter, "endpoint" | "outcome">;
}

/** The dimensions that `group_by` names; none where it is left out. */
export const readGrouping = ({ groupBy, granularity, filter }: Grouped): readonly UsageDimension[] => {
  if (groupBy === undefined) return [];
  const named = groupBy.split(",").map((name) => name.trim());
  const known = named.flatMap((name) => usageDimensions.filter((dimension) => dimension === name));
  if (known.length < named.length || known.length > maxDimensions || new Set(known).size < known.length)
    throw invalidField("/group_by", `must be up to ${maxDimensions} of ${usageDimensions.join(", ")}, each once, with commas between`);
  if (known.includes("country")) requireCountriesAlone({ granularity, filter }, known);
  return known;
};

/** Countries are counted by key and day, from what the request log has recorded. */
const requireCountriesAlone = ({ granularity, filter }: Omit<Grouped, "groupBy">, known: readonly UsageDimension[]): void => {
  if (known.length > 1) throw invalidField("/group_by", "must be country alone: countries are told apart by nothing else");
  if (granularity !== "day") throw invalidField("/granularity", "must be day with group_by country");
  if (filter.endpoint !== undefined) throw invalidField("/endpoint", "cannot stand beside group_by country");
  if (filter.outcome !== undefined) throw invalidField("/code", "cannot stand beside group_by country");
};
