import { Unavailable } from "@keywright/core";
import { expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";

const readValue = (text: string, name: string): string | undefined => new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1];

it("tell of degraded modes, and of changes that are not in force", async () => {
  const state = { via: "told" as const, isDegraded: false, isStoreAway: false };
  const waiting = { count: 0 };
  const list = async () => {
    if (state.isStoreAway) throw new Unavailable("store");
    return Array.from({ length: waiting.count }, (_, index) => ({ id: `key_${index}`, revision: 2, sequence: index }));
  };
  const { render } = createMetrics({ store: { announcements: { unsettled: list } }, health: () => state });
  const read = async () => {
    const text = await render();
    return ["ledger_degraded", "ledger_unusable", "store_out_of_reach", "changes_not_in_force"].map((name) => readValue(text, `keywright_${name}`));
  };
  expect(await read()).toEqual(["0", "0", "0", "0"]);
  Object.assign(state, { isDegraded: true });
  waiting.count = 3;
  expect(await read()).toEqual(["1", "0", "0", "3"]);
  Object.assign(state, { isStoreAway: true, via: "none" });
  expect(await read()).toEqual(["1", "1", "1", "Nan"]);
});
