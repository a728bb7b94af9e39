import type { AuditDeps } from "../audit.ts";
import { AppError, invalidField } from "../errors.ts";
import { auditLook } from "../keys/audit-look.ts";
import type { Actor } from "../model/audit.ts";
import type { Store } from "../ports/store.ts";
import type { UsageFilter, UsageSummary } from "../ports/usage-store.ts";
import { sees } from "../visibility.ts";

export type Granularity = "hour" | "day";

const bucketMs: Readonly<Record<Granularity, number>> = { hour: 3_600_000, day: 86_400_000 };

/** Buckets that one series has at most. */
const maxBuckets = 1_500;
const defaultRangeMs = 7 * bucketMs.day;

interface UsageDeps extends AuditDeps {
  readonly store: Store;
}

export interface UsageRequest {
  readonly actor: Actor;
  readonly filter: Omit<UsageFilter, "fromMs" | "toMs" | "bucketMs">;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly granularity: Granularity;
  readonly nowMs: number;
}

export interface UsageReport extends UsageSummary {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Requests, refusals and last use in a range that is widened to whole buckets. */
export const summarizeUsage = async (deps: UsageDeps, request: UsageRequest): Promise<UsageReport> => {
  const { actor, filter } = request;
  if (filter.keyId !== undefined) await requireVisibleKey(deps, actor, filter.keyId);
  if (filter.tenantId !== undefined && !sees(actor, filter.tenantId)) throw new AppError("NOT_FOUND");
  const tenantId = actor.tenantId ?? filter.tenantId;
  const range = wholeBuckets(request);
  const summary = await deps.store.usage.summarize({ ...filter, ...(tenantId !== undefined && { tenantId }), ...range });
  return { ...summary, fromMs: range.fromMs, toMs: range.toMs };
};

const requireVisibleKey = async (deps: UsageDeps, actor: Actor, keyId: string): Promise<void> => {
  const stored = await deps.store.keys.find(keyId);
  if (stored === undefined || !sees(actor, stored.key.row.tenantId)) throw new AppError("NOT_FOUND");
  await auditLook(deps, { actor, tenantId: stored.key.row.tenantId, target: { type: "key", id: keyId } });
};

const wholeBuckets = ({ fromMs, toMs, granularity, nowMs }: UsageRequest) => {
  const width = bucketMs[granularity];
  const end = toMs ?? nowMs;
  const start = fromMs ?? end - defaultRangeMs;
  if (start >= end) throw invalidField("/from", "must lie before `to`");
  if ((end - start) / width > maxBuckets) throw invalidField("/from", `may lie at most ${maxBuckets} ${granularity}s before \`to\``);
  return { fromMs: Math.floor(start / width) * width, toMs: Math.ceil(end / width) * width, bucketMs: width };
};
