import { createClient, ErrorReply, RESP_TYPES } from "redis";
import type { Access, HostPort } from "./redis-url.ts";
import type { Script } from "./scripts.ts";
import { within } from "./within.ts";

export type Argument = string | Buffer;

/** One connection to one Redis process. Strings in replies are buffers. */
export interface RedisNode {
  readonly at: HostPort;
  send(args: readonly Argument[]): Promise<unknown>;
  /** Calls a script by its name, or by its text where the server does not know it. */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Calls the listener once, when the connection has ended, whoever ended it. */
  onEnd(listener: (reason: Error) => void): void;
  /** Ends the connection; all that waits for an answer is rejected. */
  close(): void;
}

interface NodeOptions {
  readonly at: HostPort;
  readonly access: Access;
  readonly database?: number | undefined;
  readonly deadlineMs: number;
}

/** A connection that hears nothing for this long is dead: a heartbeat passes over it every second. */
const silenceMs = 10_000;
/** Commands that may wait for an answer on one connection. */
const maxCommands = 10_000;

/** Connects within the deadline. It never reconnects by itself: a new connection may lead to another server, and must be looked at first. */
export const connectNode = async ({ at, access, database, deadlineMs }: NodeOptions): Promise<RedisNode> => {
  const client = createClient({
    RESP: 2,
    socket: {
      host: at.host,
      port: at.port,
      connectTimeout: deadlineMs,
      socketTimeout: silenceMs,
      reconnectStrategy: false,
      ...(access.tls === true && { tls: true as const, ...(access.ca !== undefined && { ca: access.ca }) }),
    },
    ...(access.username !== undefined && { username: access.username }),
    ...(access.password !== undefined && { password: access.password }),
    ...(database !== undefined && { database }),
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxCommands,
    maintNotifications: "disabled",
    disableClientInfo: true,
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  const listeners: ((reason: Error) => void)[] = [];
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    if (ended !== undefined) return;
    ended = reason;
    client.destroy();
    for (const listener of listeners) listener(reason);
  };
  client.on("error", end);
  client.on("end", () => end(new Error("The connection has ended.")));
  const close = (): void => end(new Error("The connection was closed."));
  // A connection that comes after its deadline is ended all the same.
  const connected = client.connect().finally(() => ended !== undefined && client.destroy());
  await within(deadlineMs, connected, close).catch((error: unknown) => {
    close();
    throw error;
  });

  const send = (args: readonly Argument[]): Promise<unknown> => client.sendCommand(args);
  return {
    at,
    send,
    run: async (script, keys, args) => {
      const rest = [String(keys.length), ...keys, ...args];
      try {
        return await client.sendCommand(["EVALSHA", script.sha, ...rest]);
      } catch (error) {
        // Nothing of it ran, so it may be sent again.
        if (!(error instanceof ErrorReply) || !error.message.startsWith("NOSCRIPT")) throw error;
        return client.sendCommand(["EVAL", script.text, ...rest]);
      }
    },
    onEnd: (listener) => {
      if (ended === undefined) listeners.push(listener);
      else listener(ended);
    },
    close,
  } satisfies RedisNode;
};
