import { type VaultProblem, warning } from "./problem.ts";
import { describeServer } from "./sentences.ts";

/** What Vault says of itself to anybody. */
export interface Health {
  /** As it names it, such as `1.20.1`; HashiCorp Vault and OpenBao count apart. */
  readonly version: string;
  readonly state: "active" | "standby" | "sealed" | "not initialised";
  /** Median of five answers about its health. */
  readonly latencyMs: number;
  /** The server's clock against this process's, in whole seconds as Vault gives them; positive: it is ahead. */
  readonly clockSkewMs: number;
}

const acceptedSkewMs = 5_000;
/** The version that OpenBao came from, and the oldest one with an API like its. OpenBao itself counts from 2. */
const oldestMinor = 14;

export const serverProblems = (address: string, health: Health): readonly VaultProblem[] => {
  const problems: VaultProblem[] = [];
  if (health.state === "sealed" || health.state === "not initialised") problems.push({ severity: "error", text: describeServer[health.state] });
  if (health.state === "standby") problems.push(warning(describeServer.standby));
  if (isOld(health.version)) problems.push(warning(describeServer.old(health.version, `1.${oldestMinor}`)));
  if (isReadable(address)) problems.push(warning(describeServer.readable));
  if (Math.abs(health.clockSkewMs) > acceptedSkewMs) problems.push(warning(describeServer.skewed(health.clockSkewMs)));
  return problems;
};

const isOld = (version: string): boolean => {
  const [major, minor] = version.split(".").map(Number);
  return major === 0 || (major === 1 && (minor ?? 0) < oldestMinor);
};

/** Whether credentials cross a network as they are. */
const isReadable = (address: string): boolean => {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
};
