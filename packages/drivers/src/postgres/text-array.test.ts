import { expect, it } from "vitest";
import { describeWithPostgres } from "../testing/postgres-engine.ts";
import { openPostgres } from "./pool.ts";
import { numberArray, textArray } from "./text-array.ts";

const awkward = ["", " ", "a,b", "{a}", "NULL", "null", 'say "so"', "back\\slash", '\\"', "tab\there", "line\nbreak", "käse 🧀", "'"];

await describeWithPostgres("arrays as text", (server) => {
  it.each([
    ["none", []],
    ["plain texts", ["key_1", "key_2"]],
    ["texts with nothing to escape", awkward.filter((text) => !/["\\]/.test(text))],
    ["awkward texts", awkward],
    ["a text that looks like two", ["a", 'b","c']],
    ["nothing but nulls", [null, null]],
    ["nulls among texts", ["a", null, "NULL", null]],
    ["nulls among awkward texts", [null, ...awkward, null]],
  ])("hold %s", async (_what, texts: readonly (string | null)[]) => {
    const pool = openPostgres({ url: await server().newDatabase() });
    const client = await pool.connect();
    const { rows } = await client.query("select $1::text[] as texts", [textArray(texts)]);
    expect(rows).toEqual([{ texts }]);
    client.release();
    await pool.end();
  });

  it("hold whole numbers and nulls", async () => {
    const numbers = [0, null, -1, Number.MAX_SAFE_INTEGER];
    const pool = openPostgres({ url: await server().newDatabase() });
    const client = await pool.connect();
    const { rows } = await client.query("select $1::bigint[]::text[] as some, $2::bigint[]::text[] as none", [numberArray(numbers), numberArray([])]);
    expect(rows).toEqual([{ some: ["0", null, "-1", "9007199254740991"], none: [] }]);
    client.release();
    await pool.end();
  });
});
