import { createLogin, type VaultAuth } from "./login.ts";
import { requireMount } from "./mount.ts";
import { createSession, type Schedule, type Session, type TokenEvent } from "./session.ts";
import { createTransport, type Transport } from "./transport.ts";

export interface VaultConnection {
  /** `https://vault.example.com:8200`, of the active server or of a balancer that leads to it. */
  readonly address: string;
  readonly auth: VaultAuth;
  readonly namespace?: string | undefined;
  /** A file of PEM certificates, trusted in the place of the system's authorities. */
  readonly caFile?: string | undefined;
  /** Where the engine of KV version 2 is mounted: `secret`, if not given. */
  readonly mount?: string | undefined;
  /** How long a call may take, with a login that it may need: 1,000, if not given. */
  readonly deadlineMs?: number | undefined;
  /** Headers that say to which trace a call belongs; asked at each call. */
  readonly traceHeaders?: (() => Readonly<Record<string, string>>) | undefined;
}

interface Watch {
  readonly schedule?: Schedule | undefined;
  readonly onToken?: ((event: TokenEvent) => void) | undefined;
}

export interface OpenConnection {
  readonly transport: Transport;
  readonly session: Session;
  /** Without a closing `/`. */
  readonly mount: string;
  readonly deadlineMs: number;
  /** Ends the token that it logged in for. */
  close(): Promise<void>;
}

const defaultMount = "secret";
const defaultDeadlineMs = 1_000;

const scheduleByTimer: Schedule = (delayMs, work) => {
  const timer = setTimeout(work, delayMs).unref();
  return () => clearTimeout(timer);
};

/** Connects when it is first used. Throws a `VaultError` for an address or a mount that cannot be one. */
export const openConnection = (connection: VaultConnection, { schedule = scheduleByTimer, onToken = () => {} }: Watch = {}): OpenConnection => {
  const { address, namespace, caFile, traceHeaders, auth, deadlineMs = defaultDeadlineMs } = connection;
  const mount = requireMount(connection.mount ?? defaultMount);
  const transport = createTransport({ address, namespace, caFile, traceHeaders });
  const session = createSession({ transport, login: createLogin(transport, auth), deadlineMs, schedule, onToken });
  return {
    transport,
    session,
    mount,
    deadlineMs,
    close: async () => {
      await session.close();
      transport.close();
    },
  };
};
