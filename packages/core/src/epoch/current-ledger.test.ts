import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEpochWorld, type EpochWorld } from "../testing/epoch-world.ts";

const open = async (ofTwo: "serve" | "deny" = "serve") => {
  const world = createEpochWorld();
  const [one, two] = [await world.openProcess("one"), await world.openProcess("two", ofTwo)];
  await world.settle();
  return { world, one, two };
};

describe("the current ledger", () => {
  it("of a first start is the one beside the store, and a change is in force at once", async () => {
    const { one, two, world } = await open();
    expect(await one.verify()).toBe(1);
    expect(await two.verify()).toBe(1);
    expect(one.ledger.health()).toEqual({ via: "told", isDegraded: false, isStoreAway: false });
    expect(await one.change()).toBe(true);
    expect(await two.verify()).toBe(2);
    expect(await world.epochs.read()).toMatchObject({ number: 1, ledger: "server 1" });
  });

  it("out of reach: requests go to the store's own, and a change moves there and waits until nobody else is elsewhere", async () => {
    const { one, two, world } = await open();
    world.takeDown();
    expect(await one.verify()).toBe(1);
    expect(one.ledger.health().isDegraded).toBe(true);
    const changed = one.change();
    await world.advance(3_400);
    expect(world.truth.enforced).toBe(1);
    await world.advance(200);
    expect(await changed).toBe(true);
    expect(await two.verify()).toBe(2);
    expect(await world.epochs.read()).toMatchObject({ ledger: "postgres" });
  });

  it("comes back when it is there again, and is told what it missed", async () => {
    const { one, two, world } = await open();
    await one.verify();
    world.takeDown();
    const changed = one.change();
    await world.advance(4_000);
    expect(await changed).toBe(true);
    world.bringBack();
    await world.advance(10_000);
    expect(two.ledger.health().via).toBe("told");
    expect(world.place.primary.memory.revision).toBe(2);
    expect(await two.verify()).toBe(2);
  });

  it("restarted from a snapshot of an hour ago is told what changed since its mark", async () => {
    const { one, two, world } = await open();
    await one.verify();
    world.takeSnapshot();
    await world.advance(60_000);
    expect(await one.change()).toBe(true);
    await world.advance(3_600_000);
    world.restart();
    await world.advance(10_000);
    two.reach.cached = 1;
    expect(await two.verify()).toBe(2);
    expect(two.ledger.health().via).toBe("told");
  });

  it("with a mark older than what the store remembers is not used", async () => {
    const { one, world } = await open();
    await one.verify();
    world.takeSnapshot();
    await world.advance(3_000);
    const day = 86_400_000;
    world.place.snapshot.markedAtMs = (world.place.snapshot.markedAtMs ?? 0) - 31 * day;
    world.restart();
    await world.advance(10_000);
    expect(one.ledger.health().via).toBe("store");
    expect(await one.verify()).toBe(1);
  });

  it("of a process that is cut off from the store goes on, until the operator would rather not", async () => {
    const { one, world } = await open();
    const strict = await world.openProcess("strict", "deny");
    for (const process of [one, strict]) {
      expect(await process.verify()).toBe(1);
      process.reach.store = false;
    }
    await world.advance(10_000);
    expect(await one.verify()).toBe(1);
    expect(one.ledger.health()).toEqual({ via: "told", isDegraded: false, isStoreAway: true });
    expect(await strict.verify()).toBeUndefined();
    strict.reach.store = true;
    await world.advance(1_000);
    expect(await strict.verify()).toBe(1);
  });

  it("of a process that is cut off from the store is found again when the connection is lost, and no other one is taken for it", async () => {
    const { one, world } = await open();
    const strict = await world.openProcess("strict", "deny");
    for (const process of [one, strict]) {
      expect(await process.verify()).toBe(1);
      process.reach.store = false;
      process.reach.link = undefined;
      expect(await process.verify()).toBe(1);
    }
    await world.advance(10_000);
    for (const process of [one, strict]) process.reach.link = undefined;
    expect(await one.verify()).toBe(1);
    expect(await strict.verify()).toBeUndefined();
    world.takeSnapshot();
    world.restart();
    await world.advance(10_000);
    expect(await one.verify()).toBeUndefined();
    expect(one.ledger.health().isDegraded).toBe(true);
  });

  it("is not answered for while a process that serves alone may still be on the former one", async () => {
    const { one, two, world } = await open();
    await two.verify();
    two.reach.store = false;
    two.reach.stuckTo = world.place.primary;
    world.failOver();
    one.reach.link = undefined;
    await one.verify();
    const first = one.change();
    await world.advance(10_000);
    expect(await first).toBe(false);
    expect(await two.verify()).toBe(1);
    two.reach.store = true;
    two.reach.stuckTo = undefined;
    await world.advance(10_000);
    const second = one.change();
    await world.advance(10_000);
    expect(await second).toBe(true);
    expect(await two.verify()).toBe(world.truth.revision);
  });

  it("waits for no process that has ended", async () => {
    const { one, two, world } = await open();
    await two.ledger.close();
    world.restart();
    await one.verify();
    const changed = one.change();
    await world.advance(5_000);
    expect(await changed).toBe(true);
  });

  it("never accepts a revision older than one that was answered for, whatever fails and in whatever order", async () => {
    const outage = fc.constantFrom("serve" as const, "deny" as const);
    await fc.assert(
      fc.asyncProperty(outage, fc.array(action, { minLength: 5, maxLength: 60 }), async (ofTwo, actions) => {
        const { world, one, two } = await open(ofTwo);
        const begun: Promise<unknown>[] = [];
        for (const [name, isOne] of actions) begun.push(...(await take(world, isOne ? one : two, name)));
        await world.advance(20_000);
        begun.push(verify(world, one), verify(world, two));
        await world.advance(20_000);
        await Promise.all(begun);
      }),
      { numRuns: 1_500 },
    );
  });
});

type Process = Awaited<ReturnType<EpochWorld["openProcess"]>>;

const verify = async ({ truth }: EpochWorld, process: Process): Promise<void> => {
  const { enforced } = truth;
  const revision = await process.verify();
  if (revision !== undefined) expect(revision).toBeGreaterThanOrEqual(enforced);
};

/** What may happen: something that goes on by itself, a time that passes, or a change of the surroundings. */
const steps = {
  verify,
  change: (_world: EpochWorld, process: Process) => process.change(),
  passMoment: () => 1,
  passHalfSecond: () => 500,
  passSecond: () => 1_000,
  passLease: () => 3_000,
  passWait: () => 3_600,
  passDwell: () => 12_000,
  takeSnapshot: (world: EpochWorld) => void world.takeSnapshot(),
  restart: (world: EpochWorld) => void world.restart(),
  failOver: (world: EpochWorld) => void world.failOver(),
  takeDown: (world: EpochWorld) => void world.takeDown(),
  bringBack: (world: EpochWorld) => void world.bringBack(),
  cutOff: (_world: EpochWorld, { reach }: Process) => void Object.assign(reach, { store: false }),
  reconnect: (_world: EpochWorld, { reach }: Process) => void Object.assign(reach, { store: true }),
  forgetLink: (_world: EpochWorld, { reach }: Process) => void Object.assign(reach, { link: undefined }),
  stick: (_world: EpochWorld, { reach }: Process) => void Object.assign(reach, { stuckTo: reach.link }),
  /** The process stays with the former primary, without the store, while all others are led to a replica. */
  split: (world: EpochWorld, { reach }: Process) => {
    Object.assign(reach, { stuckTo: reach.link, store: false });
    world.failOver();
  },
  unstick: (_world: EpochWorld, { reach }: Process) => void Object.assign(reach, { stuckTo: undefined }),
} satisfies Record<string, (world: EpochWorld, process: Process) => Promise<unknown> | number | undefined>;

/** Takes a step; what goes on by itself is in the array. */
const take = async (world: EpochWorld, process: Process, name: keyof typeof steps): Promise<Promise<unknown>[]> => {
  const outcome = steps[name](world, process);
  await (typeof outcome === "number" ? world.advance(outcome) : world.settle());
  return typeof outcome === "object" ? [outcome] : [];
};

const weights: Partial<Record<keyof typeof steps, number>> = { verify: 15, change: 8, split: 3 };
const action = fc.tuple(
  fc.oneof(...(Object.keys(steps) as (keyof typeof steps)[]).map((name) => ({ weight: weights[name] ?? 1, arbitrary: fc.constant(name) }))),
  fc.boolean(),
);
