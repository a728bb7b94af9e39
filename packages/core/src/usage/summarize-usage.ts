import type { UsageDimension } from "@keywright/contract";
import type { AuditDeps } from "../audit.ts";
import { AppError } from "../errors.ts";
import { requireVisibleKey } from "../keys/require-visible-key.ts";
import type { Actor } from "../model/audit.ts";
import type { Store } from "../ports/store.ts";
import type { GroupPage, GroupPlace, UsageFilter, UsageGroup, UsageSummary } from "../ports/usage-store.ts";
import { sees } from "../visibility.ts";
import { readGrouping } from "./usage-grouping.ts";
import { type AskedRange, wholeBuckets } from "./usage-range.ts";

export interface UsageDeps extends AuditDeps {
  readonly store: Store;
}

export interface UsageRequest extends AskedRange {
  readonly actor: Actor;
  readonly filter: Omit<UsageFilter, "fromMs" | "toMs" | "bucketMs">;
  /** Names of dimensions with commas between; undefined: nothing is told apart. */
  readonly groupBy: string | undefined;
}

/** What is asked for, and how it is told apart. */
export interface UsageQuestion {
  readonly filter: UsageFilter;
  readonly by: readonly UsageDimension[];
}

export interface UsageGroups {
  readonly by: readonly UsageDimension[];
  readonly items: readonly UsageGroup[];
  /** null: these were the last. */
  readonly next: GroupPlace | null;
}

export interface UsageReport extends UsageSummary {
  readonly fromMs: number;
  readonly toMs: number;
  /** null where nothing was to be told apart. */
  readonly groups: UsageGroups | null;
}

/** What a caller may ask, of whom: a tenant's of its own keys. A key that is asked for by its id is a look at it. */
export const askUsage = async (deps: UsageDeps, request: UsageRequest): Promise<UsageQuestion> => {
  const { actor, filter } = request;
  const by = readGrouping(request);
  const range = wholeBuckets(request);
  if (filter.keyId !== undefined) await requireVisibleKey(deps, actor, filter.keyId);
  if (filter.tenantId !== undefined && !sees(actor, filter.tenantId)) throw new AppError("NOT_FOUND");
  const tenantId = actor.tenantId ?? filter.tenantId;
  return { filter: { ...filter, ...(tenantId !== undefined && { tenantId }), ...range }, by };
};

/** Requests, refusals, responses and last use in a range that is widened to whole buckets; with a page of groups where `groupBy` asks for them. */
export const summarizeUsage = async (deps: UsageDeps, request: UsageRequest, page: GroupPage): Promise<UsageReport> => {
  const { filter, by } = await askUsage(deps, request);
  const summary = await deps.store.usage.summarize(filter);
  const groups = by.length === 0 ? null : await groupsOf(deps, { filter, by }, page);
  return { ...summary, groups, fromMs: filter.fromMs, toMs: filter.toMs };
};

const groupsOf = async ({ store }: UsageDeps, { filter, by }: UsageQuestion, { limit, after }: GroupPage): Promise<UsageGroups> => {
  const found = await store.usage.groups(filter, by, { limit: limit + 1, after });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { by, items, next: found.length > limit && last !== undefined ? { requests: last.requests, values: last.values } : null };
};
