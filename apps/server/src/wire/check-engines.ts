import { checkPostgres, systemClock } from "@keywright/drivers";
import type { EngineAddresses, VaultAddress } from "../engine-settings.ts";
import { toConnection } from "./open-secrets.ts";

interface EngineProblem {
  /** error: Keywright must not run on it. warning: it runs, with less than it could promise. */
  readonly severity: "error" | "warning";
  /** One sentence, and what to do about it. */
  readonly text: string;
}

/** What an engine says of itself. */
export interface EngineCheck {
  readonly name: string;
  /** Version, latency and the like; empty where it cannot be reached. */
  readonly facts: string;
  readonly problems: readonly EngineProblem[];
}

/** Looks at every engine that has an address, over connections of its own; changes nothing. */
export const checkEngines = async ({ databaseUrl, databaseMigrationUrl, redisUrl, vault }: EngineAddresses): Promise<readonly EngineCheck[]> => {
  const checks: Promise<EngineCheck>[] = [];
  if (databaseUrl !== undefined) checks.push(checkStore(databaseUrl, databaseMigrationUrl === undefined ? "both" : "app"));
  if (databaseMigrationUrl !== undefined) checks.push(checkStore(databaseMigrationUrl, "migrations"));
  if (redisUrl !== undefined) checks.push(checkLedger(redisUrl));
  if (vault !== undefined) checks.push(checkSecrets(vault));
  return Promise.all(checks);
};

const checkStore = async (url: string, use: "app" | "migrations" | "both"): Promise<EngineCheck> => {
  const name = use === "migrations" ? "postgres (owner)" : "postgres";
  const check = await checkPostgres({ url, clock: systemClock, use });
  if (!check.reachable) return { name, facts: "", problems: [check.problem] };
  const { version, latencyMs, clockSkewMs, maxConnections, problems } = check.server;
  return { name, facts: `${version}, ${latencyMs} ms, clock ${signed(clockSkewMs)} ms, ${maxConnections} connections at most`, problems };
};

const checkLedger = async (url: string): Promise<EngineCheck> => {
  const { checkRedis } = await import("@keywright/drivers/redis");
  const check = await checkRedis({ connection: url, clock: systemClock });
  if (!check.reachable) return { name: "redis", facts: "", problems: [check.problem] };
  return {
    name: "redis",
    facts: check.servers
      .map(
        ({ version, address, latencyMs, clockSkewMs, evictionPolicy, persistence, replicas }) =>
          `${version} at ${address}, ${latencyMs} ms, clock ${signed(clockSkewMs)} ms, ${evictionPolicy}, ${persistence}, ${replicas} replicas`,
      )
      .join("; "),
    problems: check.servers.flatMap(({ problems }) => problems),
  };
};

const checkSecrets = async (vault: VaultAddress): Promise<EngineCheck> => {
  const { checkVault } = await import("@keywright/drivers/vault");
  const check = await checkVault({ connection: toConnection(vault), clock: systemClock });
  if (!check.reachable) return { name: "vault", facts: "", problems: [check.problem] };
  const { version, state, latencyMs, clockSkewMs, tokenTtlMs, problems } = check.server;
  const token = tokenTtlMs === null ? "a token without end" : `a token good for ${Math.round(tokenTtlMs / 1000)} s`;
  return { name: "vault", facts: `${version}, ${state}, ${latencyMs} ms, clock ${signed(clockSkewMs)} ms, ${token}`, problems };
};

const signed = (ms: number): string => (ms > 0 ? `+${ms}` : String(ms));
