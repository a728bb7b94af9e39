import { createStore, openPostgres, pendingMigrations } from "@keywright/drivers";
import type { EngineAddresses } from "../engine-settings.ts";
import { createClosers } from "./closers.ts";
import { openSecrets } from "./open-secrets.ts";
import { requirePepper } from "./require-pepper.ts";
import { unwatched } from "./wire.ts";

interface Options extends EngineAddresses {
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly masterKey: string | undefined;
}

/** What a start would find in the store and the secret store. */
export interface Inside {
  /** Migrations that the next start will run. */
  readonly pending: readonly string[];
  /** Whether there was a first start: its pepper is there, and opens under this master key. undefined: the store is not migrated yet. */
  readonly hasPepper: boolean | undefined;
}

const deadlineMs = 3_000;

/** Opens what the servers share, and changes nothing. Rejects with one sentence, such as for another master key, or where the pepper is elsewhere. */
export const lookInside = async (options: Options): Promise<Inside> => {
  const closers = createClosers();
  const pool = openPostgres({ url: options.databaseUrl, maxConnections: 2, deadlineMs });
  closers.add(() => pool.end());
  try {
    const pending = await pendingMigrations(pool);
    if (pending.length > 0) return { pending, hasPepper: undefined };
    const store = createStore(pool);
    await store.tenants.list({}, { limit: 1, after: null });
    const secrets = await openSecrets({ ...options, ...unwatched }, { pool }, closers);
    return { pending, hasPepper: await requirePepper(store, secrets) };
  } finally {
    await closers.closeAll();
  }
};
