import { expect, it } from "vitest";
import { shareRun } from "./share-run.ts";

const openGates = () => {
  const gates: (() => void)[] = [];
  const state = { runs: 0 };
  const run = async (): Promise<number> => {
    state.runs += 1;
    const mine = state.runs;
    await new Promise<void>((resolve) => {
      gates.push(resolve);
    });
    return mine;
  };
  return { gates, run };
};

it("a hundred calls during a run share the one that begins after it", async () => {
  const { gates, run } = openGates();
  const shared = shareRun(run);
  const first = shared();
  const others = Array.from({ length: 100 }, () => shared());
  gates[0]?.();
  expect(await first).toBe(1);
  await expect.poll(() => gates.length).toBe(2);
  const late = shared();
  gates[1]?.();
  expect(new Set(await Promise.all(others))).toEqual(new Set([2]));
  await expect.poll(() => gates.length).toBe(3);
  gates[2]?.();
  expect(await late).toBe(3);
});

it("a run that fails does not hold up the next", async () => {
  const state = { runs: 0 };
  const shared = shareRun(async () => {
    state.runs += 1;
    if (state.runs === 1) throw new Error("away");
    return state.runs;
  });
  const [first, second] = await Promise.allSettled([shared(), shared()]);
  expect(first.status).toBe("rejected");
  expect(second).toEqual({ status: "fulfilled", value: 2 });
  expect(await shared()).toBe(3);
});
