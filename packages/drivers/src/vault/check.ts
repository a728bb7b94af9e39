import type { Clock } from "@keywright/core";
import type { Answer, Call } from "./call.ts";
import type { OpenConnection, VaultConnection } from "./connection.ts";
import type { Lease } from "./login.ts";
import { readPermissions } from "./permissions.ts";
import { failed, type VaultProblem, warning } from "./problem.ts";
import { describeEngine, describeRefusal, describeToken } from "./sentences.ts";
import { type Health, serverProblems } from "./server-problems.ts";
import { withDeadline } from "./with-deadline.ts";

/** What Vault says of itself, and of Keywright's token. */
export interface VaultReport extends Health {
  /** How long the token is good for; null: without end, or there is none. */
  readonly tokenTtlMs: number | null;
  readonly problems: readonly VaultProblem[];
}

export type VaultCheck = { readonly reachable: true; readonly server: VaultReport } | { readonly reachable: false; readonly problem: VaultProblem };

export interface CheckOptions {
  readonly connection: VaultConnection;
  readonly clock: Clock;
}

interface Inspection extends Pick<OpenConnection, "transport" | "session" | "mount" | "deadlineMs"> {
  readonly address: string;
  readonly clock: Clock;
}

/** Rejects with a `VaultError` where nothing answers as Vault does. */
export const inspectVault = async (inspection: Inspection): Promise<VaultCheck> => {
  const health = await readHealth(inspection);
  const problems = serverProblems(inspection.address, health);
  if (health.state === "sealed" || health.state === "not initialised") return { reachable: true, server: { ...health, tokenTtlMs: null, problems } };
  const token = await inspectToken(inspection);
  return { reachable: true, server: { ...health, tokenTtlMs: token.ttlMs, problems: [...problems, ...token.problems] } };
};

/** The status codes that Vault's sys/health answers with, if it is not asked for others. */
const states: Readonly<Record<number, Health["state"]>> = {
  200: "active",
  429: "standby",
  472: "standby",
  473: "standby",
  501: "not initialised",
  503: "sealed",
};

const readHealth = async ({ transport, clock, deadlineMs }: Inspection): Promise<Health> => {
  const call: Call = { method: "GET", path: "sys/health", isGlobal: true };
  const takenMs: number[] = [];
  let answer: Answer = { status: 0, errors: [], body: {} };
  for (let time = 0; time < 5; time++) {
    const startedAtMs = performance.now();
    answer = await withDeadline(deadlineMs, (signal) => transport.send(call, signal));
    takenMs.push(performance.now() - startedAtMs);
  }
  const state = states[answer.status];
  if (state === undefined) throw describeRefusal(call, answer);
  return {
    state,
    version: String(answer.body["version"] ?? "unknown"),
    latencyMs: Math.round((takenMs.sort((a, b) => a - b)[2] ?? 0) * 1000) / 1000,
    clockSkewMs: (Number(answer.body["server_time_utc"] ?? 0) - Math.floor(clock.nowMs() / 1000)) * 1000,
  };
};

interface TokenReport {
  readonly ttlMs: number | null;
  readonly problems: readonly VaultProblem[];
}

const inspectToken = async (inspection: Inspection): Promise<TokenReport> => {
  const problems: VaultProblem[] = [];
  let ttlMs: number | null = null;
  try {
    const lease = await inspection.session.lease();
    ttlMs = lease.ttlMs;
    if (ttlMs !== null && !lease.isRenewable && !inspection.session.canLogInAgain) problems.push(warning(describeToken.ends(ttlMs)));
    problems.push(...(await accessProblems(inspection, lease)));
  } catch (error) {
    problems.push(failed(error));
  }
  return { ttlMs, problems };
};

const accessProblems = async ({ transport, mount, deadlineMs }: Inspection, { token }: Lease): Promise<readonly VaultProblem[]> => {
  const send = (call: Call): Promise<Answer> => withDeadline(deadlineMs, (signal) => transport.send({ ...call, token }, signal));
  const { isRoot, lack } = await readPermissions(send, mount);
  if (lack !== undefined) return [{ severity: "error", text: lack }];
  const problems = isRoot ? [warning(describeToken.root)] : [];
  const engine = await readEngine(send, mount);
  return engine === undefined ? problems : [...problems, { severity: "error", text: engine }];
};

/** One sentence where the mount is no engine of KV version 2. Vault tells whoever may do anything there, as its own command line asks. */
const readEngine = async (send: (call: Call) => Promise<Answer>, mount: string): Promise<string | undefined> => {
  const call: Call = { method: "GET", path: `sys/internal/ui/mounts/${mount}` };
  const answer = await send(call);
  if (answer.status === 403 || answer.status === 404) return describeEngine.missing(mount);
  if (answer.status !== 200) throw describeRefusal(call, answer);
  const data = answer.body["data"] as
    | { readonly type?: unknown; readonly path?: unknown; readonly options?: { readonly version?: unknown } | null }
    | undefined;
  if (data?.path !== `${mount}/`) return describeEngine.missing(mount);
  return data.type === "kv" && data.options?.version === "2" ? undefined : describeEngine.notKv2(mount);
};
