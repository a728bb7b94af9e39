import type { Known, SpendRequest, SpendResult } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { createPostgresLedger, type PostgresLedger } from "../postgres/ledger/ledger.ts";
import { openPostgres } from "../postgres/pool.ts";

interface Options {
  readonly url: string;
  readonly name: string;
  readonly deadlineMs?: number;
}

export interface LedgerProcess {
  readonly pool: PostgresPool;
  readonly ledger: PostgresLedger;
  end(): Promise<void>;
}

/** A ledger with connections of its own, as a process has. */
export const startLedger = ({ url, name, deadlineMs = 10_000 }: Options): LedgerProcess => {
  const pool = openPostgres({ url, maxConnections: 3, deadlineMs: 10_000 });
  const made = { moves: 0 };
  const newMoveId = (): string => {
    made.moves += 1;
    return `mov_${name}_${made.moves}`;
  };
  const ledger = createPostgresLedger({ pool, newMoveId, deadlineMs });
  return {
    pool,
    ledger,
    end: async () => {
      await ledger.close();
      await pool.end();
    },
  };
};

/** So long that nothing is refilled while a test runs. */
export const month = 2_592_000;

export const requestOf = (key: Known, tenant: Known | null, change: Partial<SpendRequest> = {}): SpendRequest => ({
  key,
  tenant,
  decided: "VALID",
  keyLimit: null,
  poolLimit: null,
  monthlyQuota: null,
  cost: 1,
  dryRun: false,
  endpoint: "POST /v1/emails",
  ip: "203.0.113.7",
  install: null,
  ...change,
});

/** How often each outcome, or STALE, MISS, or an error's name, came. */
export const tally = (results: readonly PromiseSettledResult<SpendResult>[]): Readonly<Record<string, number>> => {
  const counted: Record<string, number> = {};
  for (const result of results) {
    const name = nameOf(result);
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
};

const nameOf = (result: PromiseSettledResult<SpendResult>): string => {
  if (result.status === "rejected") return result.reason instanceof Error ? result.reason.name : "?";
  return result.value.state === "DONE" ? result.value.outcome : result.value.state;
};
