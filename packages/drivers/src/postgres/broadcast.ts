import { type Broadcast, type BroadcastListener, maxBroadcastLength, type Stopwatch } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { Client } from "pg";

export interface PostgresBroadcastOptions {
  /** Of the connection that listens, as for `openPostgres`. It is this one's alone, and must keep its session. */
  readonly url: string;
  /** By which texts are told. */
  readonly pool: PostgresPool;
  /** Another one in every process, of at most 40 characters. */
  readonly processId: string;
  readonly stopwatch: Stopwatch;
}

export interface PostgresBroadcast extends Broadcast {
  close(): Promise<void>;
}

const channel = "keywright_live";
/** How often it is looked whether the connection is there and answers. */
const lookEveryMs = 1_000;
/** Looks between two questions to a server that says nothing. */
const looksPerQuestion = 5;
const deadlineMs = 5_000;
/** Texts that wait to be told at most; what comes beyond is dropped. */
const maxWaiting = 1_000;
const textsPerCall = 50;

/**
 * LISTEN and NOTIFY. What this process tells reaches its own listeners at once, and its own notifications are passed over. A connection that is lost is
 * made anew, and a gap is told. Rejects where the first one cannot be made.
 */
export const openPostgresBroadcast = async (options: PostgresBroadcastOptions): Promise<PostgresBroadcast> => {
  const listeners = new Set<BroadcastListener>();
  const ear = createEar(options, listeners);
  await ear.open();
  const mouth = createMouth(options);
  const stop = options.stopwatch.repeat(lookEveryMs, ear.look);
  return {
    tell: (text) => {
      if (text.length > maxBroadcastLength) throw new RangeError("The text is too long to be broadcast.");
      for (const { onText } of listeners) onText(text);
      mouth.tell(text);
    },
    listen: (listener) => {
      const own = { ...listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close: async () => {
      stop();
      await mouth.close();
      await ear.close();
    },
  } satisfies PostgresBroadcast;
};

/** The connection that listens. */
const createEar = ({ url, processId }: PostgresBroadcastOptions, listeners: ReadonlySet<BroadcastListener>) => {
  const state: { client: Client | undefined; looks: number; isClosed: boolean } = { client: undefined, looks: 0, isClosed: false };
  const drop = async (client: Client): Promise<void> => {
    if (state.client === client) state.client = undefined;
    await client.end().catch(() => {});
  };
  const open = async (): Promise<void> => {
    const client = new Client({ connectionString: url, application_name: "keywright", connectionTimeoutMillis: deadlineMs, query_timeout: deadlineMs });
    client.on("error", () => void drop(client));
    client.on("end", () => void drop(client));
    client.on("notification", ({ payload = "" }) => {
      const at = payload.indexOf(" ");
      if (at > 0 && !payload.startsWith(`${processId}.`)) for (const { onText } of listeners) onText(payload.slice(at + 1));
    });
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      if (state.isClosed) throw new Error("It was closed meanwhile.");
      state.client = client;
    } catch (error) {
      await drop(client);
      throw error;
    }
  };
  const reopen = async (): Promise<void> => {
    await open();
    for (const { onGap } of listeners) onGap();
  };
  return {
    open,
    /** Makes a connection that is lost anew, and finds out whether one that is silent is lost. The next look tries again. */
    look: async (): Promise<void> => {
      const { client } = state;
      state.looks += 1;
      if (client === undefined) await reopen().catch(() => {});
      else if (state.looks % looksPerQuestion === 0) await client.query("select 1").catch(() => drop(client));
    },
    close: async (): Promise<void> => {
      state.isClosed = true;
      if (state.client !== undefined) await drop(state.client);
    },
  };
};

/** Tells in the order of the telling, several texts a call. The number before a text keeps the server from folding two that are alike. */
const createMouth = ({ pool, processId }: PostgresBroadcastOptions) => {
  const waiting: string[] = [];
  const state: { told: number; sending: Promise<void> | undefined } = { told: 0, sending: undefined };
  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const texts = waiting.splice(0, textsPerCall);
      // A hint that cannot be told is none: whoever was to hear it finds the truth when they look.
      await notify(pool, texts).catch(() => {});
    }
    state.sending = undefined;
  };
  return {
    tell: (text: string): void => {
      state.told += 1;
      if (waiting.length >= maxWaiting) return;
      waiting.push(`${processId}.${state.told} ${text}`);
      state.sending ??= send();
    },
    close: async (): Promise<void> => state.sending,
  };
};

const notify = async (pool: PostgresPool, texts: readonly string[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query("select pg_notify($1, text) from unnest($2::text[]) with ordinality as told (text, place) order by place", [channel, texts]);
  } finally {
    client.release();
  }
};
