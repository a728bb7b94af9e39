import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createEmbeddedFolders } from "../../testing/embedded-folder.ts";
import { startEngine, within } from "./worker.ts";

const folders = await createEmbeddedFolders();

afterAll(async () => {
  await folders.remove();
});

const query = (text: string): Uint8Array => {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`);
  message.writeUInt32BE(message.length - 1, 1);
  return new Uint8Array(message);
};

it("answers in order what is asked at once", async () => {
  const engine = await startEngine(await folders.next(), 60_000);
  const answers = await Promise.all([1, 2, 3].map((value) => engine.exchange(query(`select 'value ${value}'`))));
  expect(answers.map((answer) => /value \d/.exec(Buffer.from(answer).toString())?.[0])).toEqual(["value 1", "value 2", "value 3"]);
  await engine.close(10_000);
  await expect(engine.exchange(query("select 1"))).rejects.toThrow("The embedded database has stopped (0).");
});

it("ends, and rejects all that it is asked, where the database cannot go on", async () => {
  const folder = await folders.next();
  const engine = await startEngine(folder, 60_000);
  await engine.exchange(query("create table notes (id int)"));
  await rm(join(folder, "pg_wal"), { recursive: true });
  await engine.exchange(query("select pg_switch_wal()")).catch(() => {});
  await expect(engine.exchange(query("insert into notes values (1)"))).rejects.toThrow();
  await expect(engine.exchange(query("select 1"))).rejects.toThrow();
});

it("rejects what is no message, and ends", async () => {
  const engine = await startEngine(await folders.next(), 60_000);
  const asked = [engine.exchange(null as unknown as Uint8Array), engine.exchange(query("select 1"))];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

it("keeps a deadline", async () => {
  expect(await within(10_000, Promise.resolve("in time"), async () => "late")).toBe("in time");
  expect(await within(1, new Promise<string>(() => {}), async () => "late")).toBe("late");
  await expect(within(10_000, Promise.reject(new Error("no")), async () => "late")).rejects.toThrow("no");
});
