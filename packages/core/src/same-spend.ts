import type { SpendRequest } from "./ports/ledger.ts";

/** Whether a request may stand for others: no budget is charged, so nobody hears what another one left of it; and nothing is installed, which is done but once. */
export const isShareable = ({ keyLimit, monthlyQuota, tenant, poolLimit, dryRun, install }: SpendRequest): boolean =>
  keyLimit === null && monthlyQuota === null && (tenant === null || poolLimit === null) && !dryRun && install === null;

/** Whether two such requests cannot be told apart. */
export const isSameSpend = (one: SpendRequest, other: SpendRequest): boolean =>
  one.key.id === other.key.id &&
  one.key.revision === other.key.revision &&
  one.tenant?.id === other.tenant?.id &&
  one.tenant?.revision === other.tenant?.revision &&
  one.decided === other.decided &&
  one.endpoint === other.endpoint &&
  one.ip === other.ip;
