import type { Ledger, SpendRequest, SpendResult } from "@keywright/core";

/** A request of a key that has a limit and no tenant, unless it says otherwise. */
export const spendRequest = (change: Partial<SpendRequest> = {}): SpendRequest => ({
  key: { id: "key_1", revision: 1 },
  tenant: null,
  decided: "VALID",
  keyLimit: { limit: 1_000, windowSeconds: 2_592_000 },
  poolLimit: null,
  monthlyQuota: null,
  cost: 1,
  dryRun: false,
  endpoint: "GET /v1/things",
  ip: "203.0.113.7",
  install: null,
  ...change,
});

/** Spends, and installs where the ledger misses, as the verification does. */
export const spendInstalling = async (ledger: Ledger, request: SpendRequest): Promise<SpendResult> => {
  const result = await ledger.spend(request);
  if (result.state !== "MISS") return result;
  const again = await ledger.spend({ ...request, install: { lease: result.lease, keyBudget: null, tenantBudget: null } });
  return again.state === "MISS" ? spendInstalling(ledger, request) : again;
};

/** How many of each outcome, state or error there are. */
export const tallyOf = async (spends: readonly Promise<SpendResult>[]): Promise<Record<string, number>> => {
  const tally: Record<string, number> = {};
  for (const settled of await Promise.allSettled(spends)) {
    const name =
      settled.status === "rejected" ? String((settled.reason as Error).name) : settled.value.state === "DONE" ? settled.value.outcome : settled.value.state;
    tally[name] = (tally[name] ?? 0) + 1;
  }
  return tally;
};
