import type { LedgerEvent } from "@keywright/core";
import type { Watch } from "../wire/wire.ts";

type Watched = Pick<Watch, "onTampering" | "onBrokenChain" | "onLedger">;

export interface EventCounts {
  tampered(): number;
  brokenChains(): number;
  ledger(): Readonly<Record<LedgerEvent["type"], number>>;
}

/** What happens to the engines, counted on its way to the log. */
export const countEvents = <W extends Watched>(watch: W): { readonly watch: W; readonly events: EventCounts } => {
  const counts = { tampered: 0, brokenChains: 0 };
  const ledger = { degraded: 0, restored: 0, "epoch-moved": 0, "store-lost": 0, "store-found": 0, refused: 0 };
  const counting: Watched = {
    onTampering: (row) => {
      counts.tampered += 1;
      watch.onTampering(row);
    },
    onBrokenChain: (broken) => {
      counts.brokenChains += 1;
      watch.onBrokenChain(broken);
    },
    onLedger: (event) => {
      ledger[event.type] += 1;
      watch.onLedger(event);
    },
  };
  return {
    watch: { ...watch, ...counting },
    events: { tampered: () => counts.tampered, brokenChains: () => counts.brokenChains, ledger: () => ({ ...ledger }) },
  };
};
