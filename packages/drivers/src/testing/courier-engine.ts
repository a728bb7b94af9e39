import {
  type Clock,
  createKeyring,
  createTenant,
  createWebhook,
  feedOutbox,
  loadPeppers,
  type OnCall,
  type Store,
  type Stores,
  systemActor,
} from "@keywright/core";
import { cryptography } from "../node/cryptography.ts";
import { createRandom } from "../node/random.ts";
import { openPostgres } from "../postgres/pool.ts";
import { createStore } from "../postgres/store.ts";
import { createSealedTable } from "../sealed/sealed-table.ts";
import { createWebhookSender } from "../webhook/sender.ts";

interface Options {
  /** Of a database that was migrated. */
  readonly url: string;
  /** How far the clock is ahead, so that what a dead process had claimed is due again at once. Signatures have the true time. */
  readonly aheadMs: number;
  readonly onCall?: OnCall;
}

/** What happens to the transaction of a change when all its work is done. */
export type Ending = (work: (stores: Stores) => Promise<void>) => (stores: Stores) => Promise<never>;

/** What changes and deliveries need, on PostgreSQL. */
export const openCourierEngine = async ({ url, aheadMs, onCall }: Options) => {
  const pool = openPostgres({ url, maxConnections: 4, ...(onCall && { onCall }) });
  const clock: Clock = { nowMs: () => Date.now() + aheadMs };
  const random = createRandom({ clock });
  const secretStore = await createSealedTable({ pool, masterKey: new Uint8Array(32).fill(3) });
  const keyring = createKeyring(cryptography, await loadPeppers({ secretStore, random }));
  const webhookSender = createWebhookSender({ isPrivateAllowed: true, nowMs: Date.now });
  const store = createStore(pool);
  const ledger = { spend: unused, spendBehind: unused, spendAll: unused, spendAllBehind: unused, spendEachBehind: unused, announce: async () => {} };
  const deps = { clock, random, secretStore, keyring, webhookSender, ledger };
  const addTenant = async (on: Store): Promise<string> => {
    const plain = { actor: systemActor, name: "Told of", tier: "starter", rateLimit: null, idempotency: null } as const;
    return (await createTenant({ ...deps, store: feedOutbox(on, deps) }, plain)).id;
  };
  return {
    deps: { ...deps, store },
    /** A change with an event; its id. */
    change: () => addTenant(store),
    /** The same, up to the end of its transaction: that ends so. */
    changeEnding: (ending: Ending) =>
      addTenant({
        ...store,
        transaction: (work) =>
          store.transaction(
            ending(async (stores) => {
              await work(stores);
            }),
          ),
      }),
    /** The secret of a new webhook that hears all of it. */
    listen: async (target: string): Promise<string> => {
      const request = { actor: systemActor, tenantId: undefined, url: target, events: ["tenant.created"], description: "", idempotency: null };
      return (await createWebhook({ ...deps, store }, request)).secret;
    },
    close: () => pool.end(),
  };
};

const unused = (): never => {
  throw new Error("Nothing is verified here.");
};
