import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "@keywright/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createOutboxMailer } from "./outbox-mailer.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "keywright-outbox-"));
});

afterEach(() => rm(root, { recursive: true }));

const mail = (to: string) => ({
  to,
  subject: "Choose\r\na password",
  text: "Hello,\n\nOpen: http://127.0.0.1:4747/reset-password#token=abc\n",
  html: "<p></p>",
});

it("writes a mail for its owner alone, and tells its link", async () => {
  const told: unknown[] = [];
  const folder = join(root, "outbox");
  await createOutboxMailer({ folder, onMail: ({ to, link }) => told.push([to, link]) }).send(mail("ada@example.com"));
  expect(told).toEqual([["ada@example.com", "http://127.0.0.1:4747/reset-password#token=abc"]]);
  const [name = ""] = await readdir(folder);
  expect(await readFile(join(folder, name), "utf8")).toMatch(/^To: ada@example\.com\nSubject: Choose a password\n\nHello,/);
  expect([(await stat(folder)).mode & 0o777, (await stat(join(folder, name))).mode & 0o777]).toEqual([0o700, 0o600]);
});

it("keeps the newest of many that come at once, and leaves other files alone", async () => {
  const mailer = createOutboxMailer({ folder: root, onMail: () => {}, maxKept: 3 });
  await writeFile(join(root, "note.md"), "");
  await Promise.all(Array.from({ length: 7 }, (_, n) => mailer.send(mail(`p${n}@example.com`))));
  expect((await readdir(root)).filter((name) => name.endsWith(".txt"))).toHaveLength(3);
  expect(await readdir(root)).toContain("note.md");
});

it("says that the mailer is away where it cannot write", async () => {
  await writeFile(join(root, "file"), "");
  const mailer = createOutboxMailer({ folder: join(root, "file"), onMail: () => {} });
  await expect(mailer.send(mail("ada@example.com"))).rejects.toThrow(Unavailable);
});
