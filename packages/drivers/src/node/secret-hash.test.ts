import { Unavailable } from "@keywright/core";
import { secretHashContract } from "@keywright/core/testing";
import { describe, expect, it } from "vitest";
import { createSecretHash } from "./secret-hash.ts";

secretHashContract("bcrypt", () => createSecretHash({ cost: 4 }));

const text = "pm_live_twelve";
/** Made by crypt(3) of libxcrypt. */
const costTwelve = "$2b$12$ABCDEFGHIJKLMNOPQRSTUuSItvYiFtLru2wtYh5YRpOZLqirYznZ.";

describe("bcrypt at the product's cost", () => {
  it("works off the event loop, which goes on turning", async () => {
    const secretHash = createSecretHash();
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setTimeout(turn, 1);
    };
    turn();
    expect(await secretHash.compare(text, costTwelve)).toBe(true);
    const hashed = await secretHash.hash(text);
    isDone = true;
    expect(hashed).toMatch(/^\$2b\$12\$/);
    expect(turns).toBeGreaterThan(20);
  });
});

describe("the queue of bcrypt", () => {
  it("runs so many at once, lets so many wait, and refuses the next as unavailable", async () => {
    const { hash } = createSecretHash({ cost: 4, concurrency: 2, queueLimit: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => hash(text)));
    expect(outcomes.map(({ status }) => status)).toEqual([...new Array(5).fill("fulfilled"), ...new Array(3).fill("rejected")]);
    for (const outcome of outcomes.slice(5)) expect(outcome).toMatchObject({ reason: { name: "Unavailable", port: "secret-hash" } });
  });

  it("serves in the order of asking", async () => {
    const { hash, compare } = createSecretHash({ cost: 4, concurrency: 1, queueLimit: 10 });
    const hashed = await hash(text);
    const served: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        if (index % 2 === 0) await hash(text);
        else await compare(text, hashed);
        served.push(index);
      }),
    );
    expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("gives a place back after a refusal, a full queue and a success alike", async () => {
    const { hash } = createSecretHash({ cost: 4, concurrency: 1, queueLimit: 0 });
    for (let round = 0; round < 3; round += 1) {
      await expect(hash("k".repeat(73))).rejects.toThrow(RangeError);
      const running = hash(text);
      await expect(hash(text)).rejects.toThrow(Unavailable);
      expect(await running).toMatch(/^\$2b\$04\$/);
    }
  });

  it.each([3, 32, 4.5, Number.NaN])("refuses the cost %d", (cost) => {
    expect(() => createSecretHash({ cost })).toThrow(RangeError);
  });
});
