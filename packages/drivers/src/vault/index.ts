import type { SecretStore } from "@keywright/core";
import { createCalls } from "./calls.ts";
import { type CheckOptions, inspectVault, type VaultCheck } from "./check.ts";
import { openConnection, type VaultConnection } from "./connection.ts";
import { createKvStore } from "./kv-store.ts";
import { failed } from "./problem.ts";
import type { Schedule, TokenEvent } from "./session.ts";

export type { CheckOptions, VaultCheck, VaultReport } from "./check.ts";
export type { VaultConnection } from "./connection.ts";
export type { VaultAuth } from "./login.ts";
export type { VaultProblem } from "./problem.ts";
export type { TokenEvent } from "./session.ts";

export interface VaultOptions extends VaultConnection {
  /** Hears what becomes of the token. */
  readonly onToken?: (event: TokenEvent) => void;
  readonly schedule?: Schedule;
}

export type Vault = SecretStore & {
  /** Waits for the calls under way, then ends the token that it logged in for. From here on everything rejects. */
  close(): Promise<void>;
};

/**
 * The secret store in HashiCorp Vault or OpenBao: KV version 2 with check-and-set, by the policy of `ops/vault/keywright-policy.hcl`.
 * It connects when it is first used. The cause of each `Unavailable` is a `VaultError`: one sentence for the operator.
 *
 * A call that was late, or whose connection broke, may be done or not. A version that was deleted by hand counts as nothing there; a
 * write that is under way meanwhile undoes that, because Vault goes on counting.
 *
 * Throws a `VaultError` for an address or a mount that cannot be one.
 */
export const createVault = ({ schedule, onToken, ...place }: VaultOptions): Vault => {
  const connection = openConnection(place, { schedule, onToken });
  const calls = createCalls(connection);
  return {
    ...createKvStore(calls.operate, connection.mount),
    close: async () => {
      await calls.close();
      await connection.close();
    },
  };
};

/** Looks at Vault and at what Keywright may do there, over a connection and with a login of its own; changes nothing. Never rejects. */
export const checkVault = async (options: CheckOptions): Promise<VaultCheck> => {
  try {
    const connection = openConnection(options.connection);
    try {
      return await inspectVault({ ...connection, address: options.connection.address, clock: options.clock });
    } finally {
      await connection.close();
    }
  } catch (error) {
    return { reachable: false, problem: failed(error) };
  }
};
