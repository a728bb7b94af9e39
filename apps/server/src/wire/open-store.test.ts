import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { poolSizes } from "./open-store.ts";

it("opens as many connections to PostgreSQL at most as docs/running.md says", async () => {
  const text = await readFile(new URL("../../../../docs/running.md", import.meta.url), "utf8");
  const said = /A process takes (\d+) connections to PostgreSQL at most/.exec(text)?.[1];
  expect(Number(said)).toBe(Object.values(poolSizes).reduce((sum, size) => sum + size, 0));
});
