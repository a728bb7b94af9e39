import type { UsageCount } from "../model/usage.ts";
import type { KeyUse, UseSignal } from "./signal.ts";

/** Keys that one signal names at most: it has to fit into a broadcast. */
const keysPerSignal = 80;
/** Signals that one delivery makes at most; what is beyond is seen when the page asks. */
const maxSignals = 50;

/** The counts of these tenants' keys, key by key, in signals of a bounded size. */
export const useOf = (counts: readonly UsageCount[], tenantIds: ReadonlySet<string>): readonly Pick<UseSignal, "tenantId" | "keys">[] => {
  const byTenant = new Map<string, Map<string, KeyUse>>();
  for (const { tenantId, keyId, outcome, requests } of counts) {
    if (tenantId === null || !tenantIds.has(tenantId)) continue;
    const keys = byTenant.get(tenantId) ?? new Map<string, KeyUse>();
    byTenant.set(tenantId, keys);
    const before = keys.get(keyId) ?? { keyId, requests: 0, refused: 0 };
    keys.set(keyId, { keyId, requests: before.requests + requests, refused: before.refused + (outcome === "VALID" ? 0 : requests) });
  }
  const signals = [...byTenant].flatMap(([tenantId, keys]) => inParts([...keys.values()]).map((part) => ({ tenantId, keys: part })));
  return signals.slice(0, maxSignals);
};

const inParts = (keys: readonly KeyUse[]): readonly (readonly KeyUse[])[] =>
  Array.from({ length: Math.ceil(keys.length / keysPerSignal) }, (_, part) => keys.slice(part * keysPerSignal, (part + 1) * keysPerSignal));
