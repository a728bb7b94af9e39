import { describe, expect, it } from "vitest";
import type { Epoch, Epochs } from "../ports/epochs.ts";
import { createEpochWorld } from "../testing/epoch-world.ts";
import { createHold } from "./hold.ts";

const epoch = (number: number, ledger: string): Epoch => ({ number, ledger, ageMs: 0, settledMs: 0, settledFrom: 0, nowMs: 0 });

/** A hold whose time passes by a millisecond with every question and with every answer, and otherwise when it is told to. */
const openHold = () => {
  const time = { ms: 0 };
  const hold = createHold({ clock: { nowMs: () => time.ms }, stopwatch: { elapsedMs: () => time.ms, wait: async () => {}, repeat: () => () => {} } });
  const pass = (ms: number): void => {
    time.ms += ms;
  };
  const ask = () => {
    pass(1);
    const at = hold.now();
    pass(1);
    return at;
  };
  const confirm = (number: number, ledger: string) => hold.confirm(epoch(number, ledger), ask());
  const standing = () => ({ number: hold.number(), via: hold.via(), isStanding: hold.isStanding() });
  return { hold, pass, ask, confirm, standing };
};

/** On the ledger of epoch 5. */
const openAdmitted = () => {
  const opened = openHold();
  opened.confirm(5, "redis a");
  expect(opened.hold.admit(epoch(5, "redis a"), opened.ask())).toBe(true);
  return opened;
};

describe("what a process holds of the epoch", () => {
  it("is good for three seconds from before it was asked for", () => {
    const { confirm, pass, standing } = openAdmitted();
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: true });
    pass(2_000);
    expect(confirm(5, "redis a")).toBe(false);
    pass(2_998);
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: true });
    pass(1);
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: false });
  });

  it("is a later epoch as soon as one is heard of, and its ledger once that was told everything", () => {
    const { hold, ask, confirm, standing } = openAdmitted();
    expect(confirm(6, "redis b")).toBe(true);
    expect(standing()).toEqual({ number: 6, via: "store", isStanding: true });
    expect(hold.admit(epoch(6, "redis b"), ask())).toBe(true);
    expect(standing()).toEqual({ number: 6, via: "told", isStanding: true });
    expect(hold.admit(epoch(5, "redis a"), ask())).toBe(false);
    expect(standing()).toEqual({ number: 6, via: "told", isStanding: true });
  });

  it.each([
    ["an earlier number", 4, "redis a"],
    ["its number with another ledger", 5, "redis b"],
  ])("is what a store that has lost moves says now: %s", (_what, number, ledger) => {
    const { hold, ask, confirm, pass, standing } = openAdmitted();
    expect(confirm(number, ledger)).toBe(true);
    expect(standing()).toEqual({ number, via: "store", isStanding: true });
    pass(2_000);
    expect(confirm(number, ledger)).toBe(false);
    pass(2_000);
    expect(standing()).toEqual({ number, via: "store", isStanding: true });
    expect(hold.admit(epoch(number, ledger), ask())).toBe(true);
    expect(standing()).toEqual({ number, via: "told", isStanding: true });
  });

  it.each([
    ["an earlier number", 4, "redis a"],
    ["its number with another ledger", 5, "redis b"],
  ])("is not changed, nor held longer, by an answer that was asked for before it was heard of: %s", (_what, number, ledger) => {
    const { hold, ask, pass, standing } = openHold();
    const [early, asked] = [ask(), ask()];
    expect(hold.admit(epoch(5, "redis a"), early)).toBe(true);
    expect(hold.confirm(epoch(number, ledger), asked)).toBe(false);
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: true });
    pass(2_996);
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: true });
    pass(1);
    expect(standing()).toEqual({ number: 5, via: "told", isStanding: false });
  });

  it("lets no ledger be admitted that was told before the store fell back, even where the same move was made anew", () => {
    const { hold, ask, confirm, standing } = openAdmitted();
    const early = ask();
    expect(confirm(6, "redis b")).toBe(true);
    expect(confirm(5, "redis a")).toBe(true);
    expect(hold.admit(epoch(6, "redis b"), early)).toBe(false);
    expect(confirm(6, "redis b")).toBe(true);
    expect(hold.admit(epoch(6, "redis b"), early)).toBe(false);
    expect(standing()).toEqual({ number: 6, via: "store", isStanding: true });
    expect(hold.admit(epoch(6, "redis b"), ask())).toBe(true);
    expect(standing()).toEqual({ number: 6, via: "told", isStanding: true });
  });
});

/** From now on the store knows of one move less than there was. */
const loseMove = (epochs: Epochs): void => {
  const { read, confirm, move } = { ...epochs };
  const older = (known: Epoch): Epoch => ({ ...known, number: known.number - 1, settledFrom: known.settledFrom - 1 });
  Object.assign(epochs, {
    read: async () => older(await read()),
    confirm: async (process) => older(await confirm(process)),
    move: async (from, ledger, isTold) => older(await move(from + 1, ledger, isTold)),
  } satisfies Partial<Epochs>);
};

describe("a process whose store has lost a move", () => {
  it("goes on, within a second on the store's own ledger and then on the current one", async () => {
    const world = createEpochWorld();
    const one = await world.openProcess("one");
    expect(await one.verify()).toBe(1);
    loseMove(world.epochs);
    for (let second = 0; second < 10; second++) {
      await world.advance(1_000);
      expect(await one.verify()).toBe(1);
    }
    expect(one.ledger.health()).toMatchObject({ via: "told", isStoreAway: false });
  });

  it("leaves a ledger of which the store knows no more, though the current epoch has the same number", async () => {
    const world = createEpochWorld();
    const [one, two] = [await world.openProcess("one"), await world.openProcess("two")];
    expect(await two.verify()).toBe(1);
    await world.advance(10_000);
    two.reach.stuckTo = world.place.primary;
    two.reach.store = false;
    world.failOver();
    one.reach.link = undefined;
    expect(await one.verify()).toBe(1);
    await world.advance(10_000);
    loseMove(world.epochs);
    expect(await world.epochs.read()).toMatchObject({ number: 1, ledger: "server 2" });
    two.reach.store = true;
    await world.advance(5_000);
    const changed = one.change();
    await world.advance(5_000);
    expect(await changed).toBe(true);
    expect(await two.verify()).toBe(2);
  });
});
