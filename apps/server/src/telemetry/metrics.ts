import type { Announcements, LedgerHealth } from "@keywright/core";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

interface MetricsDeps {
  readonly store: { readonly announcements: Pick<Announcements, "unsettled"> };
  readonly health: () => LedgerHealth;
}

export interface Metrics {
  readonly contentType: string;
  /** In Prometheus's text format. */
  render(): Promise<string>;
}

/** Changes that are counted at most: beyond it, something is wrong anyway. */
const maxUnsettled = 10_000;

/** What an operator watches. No label names a key, a tenant or an address. */
export const createMetrics = ({ store, health }: MetricsDeps): Metrics => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const gauge = (name: string, help: string, read: () => Promise<number> | number): void => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [register],
      collect: async (): Promise<void> => {
        made.set(await read());
      },
    });
  };
  gauge("keywright_ledger_degraded", "1 while this process counts limits in the store, because the ledger is out of reach.", () => Number(health().isDegraded));
  gauge("keywright_ledger_unusable", "1 while this process can spend nowhere.", () => Number(health().via === "none"));
  gauge("keywright_store_out_of_reach", "1 while this process cannot confirm which ledger is current.", () => Number(health().isStoreAway));
  // A store out of reach says so above; here it would only spoil the answer.
  const countUnsettled = async (): Promise<number> =>
    store.announcements.unsettled(0, { after: 0, limit: maxUnsettled }).then(
      ({ length }) => length,
      () => Number.NaN,
    );
  gauge(
    "keywright_changes_not_in_force",
    "Changes that are committed and not yet in force in every process; NaN while the store is out of reach.",
    countUnsettled,
  );
  return { contentType: register.contentType, render: () => register.metrics() };
};
