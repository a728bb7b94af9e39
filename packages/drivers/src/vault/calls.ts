import { Unavailable } from "@keywright/core";
import type { OpenConnection } from "./connection.ts";
import type { Operate, Send } from "./kv-store.ts";
import { describeRefusal } from "./sentences.ts";
import { VaultError } from "./vault-error.ts";
import { withDeadline } from "./with-deadline.ts";

export interface Calls {
  readonly operate: Operate;
  /** Waits for the calls under way; refuses every later one. */
  close(): Promise<void>;
}

/** Calls at once; the next one is refused. */
const maxCalls = 4_096;

/** Counts the calls under way, and gives each its deadline. */
export const createCalls = (connection: Pick<OpenConnection, "transport" | "session" | "deadlineMs">): Calls => {
  const running = new Set<Promise<unknown>>();
  const state = { closed: false };

  const operate: Operate = async (work) => {
    if (state.closed) throw new Unavailable("secret-store", new VaultError("The connection to Vault is closed."));
    if (running.size >= maxCalls) throw new Unavailable("secret-store", new VaultError(`${maxCalls} calls wait for Vault already.`));
    const call = withDeadline(connection.deadlineMs, (signal) => work(sendWith(connection, signal)));
    running.add(call);
    try {
      return await call;
    } catch (error) {
      throw new Unavailable("secret-store", error);
    } finally {
      running.delete(call);
    }
  };
  const close = async (): Promise<void> => {
    state.closed = true;
    await Promise.allSettled(running);
  };
  return { operate, close };
};

const sendWith =
  ({ transport, session }: Pick<OpenConnection, "transport" | "session">, signal: AbortSignal): Send =>
  async (call) => {
    const lease = await session.lease();
    const answer = await transport.send({ ...call, token: lease.token }, signal);
    if (answer.status !== 403) return answer;
    if (!(await session.isOver(lease))) throw describeRefusal(call, answer);
    const next = await session.lease();
    return transport.send({ ...call, token: next.token }, signal);
  };
