import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flagsContract } from "@keywright/core/testing";
import { afterAll, describe, expect, it } from "vitest";
import { systemStopwatch } from "../node/stopwatch.ts";
import { openFlags } from "./flags.ts";

const flag = "enable-api-key-management";
const folder = mkdtempSync(join(tmpdir(), "keywright-flags-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const names = { last: 0 };
const newFile = (): string => join(folder, `flags-${++names.last}.json`);

/** A file as flagd reads it: off or on for the tenants that are named, the other for everyone else. */
const flagFile = (everyone: boolean, tenants: readonly string[] = []): string =>
  JSON.stringify({
    $schema: "https://flagd.dev/schema/v0/flags.json",
    flags: {
      [flag]: {
        state: "ENABLED",
        variants: { on: true, off: false },
        defaultVariant: everyone ? "on" : "off",
        targeting: { if: [{ in: [{ var: "targetingKey" }, tenants] }, everyone ? "off" : "on"] },
      },
    },
  });

flagsContract("a flag file", async ({ everyone, tenants }) => {
  const file = newFile();
  const others = Object.entries(tenants).filter(([, value]) => value !== everyone);
  writeFileSync(
    file,
    flagFile(
      everyone,
      others.map(([id]) => id),
    ),
  );
  const source = { type: "file", file } as const;
  const flags = await openFlags({ source, defaults: { [flag]: !everyone }, stopwatch: systemStopwatch, deadlineMs: 20_000 });
  return { flags, close: flags.close };
});

describe("a flag file", () => {
  /** Flags whose answers are always old, so that each question goes to the file. */
  const open = async (file: string, fallback: boolean) => {
    const time = { nowMs: 0 };
    const stopwatch = { elapsedMs: () => (time.nowMs += 10_000) };
    const reasons: string[] = [];
    const flags = await openFlags({
      source: { type: "file", file },
      defaults: { [flag]: fallback },
      stopwatch,
      deadlineMs: 20_000,
      onEvent: (event) => reasons.push(event.type === "failed" ? event.reason : event.type),
    });
    return { ask: (tenantId: string | null) => flags.isEnabled(flag, { tenantId }), reasons, flags };
  };

  it("is read again when it was written over, and when another took its place", async () => {
    const file = newFile();
    writeFileSync(file, flagFile(true));
    const { ask, flags } = await open(file, true);
    expect(await ask("ten_1")).toBe(true);
    writeFileSync(file, flagFile(true, ["ten_1"]));
    expect([await ask("ten_1"), await ask("ten_2")]).toEqual([false, true]);
    const other = newFile();
    writeFileSync(other, flagFile(false, ["ten_1"]));
    renameSync(other, file);
    expect([await ask("ten_1"), await ask("ten_2"), await ask(null)]).toEqual([true, false, false]);
    await flags.close();
  });

  it.each([
    ["is not there", undefined, /cannot be read \(ENOENT\)/],
    ["is empty", "", /does not hold flags/],
    ["is no JSON", "flags: {}", /does not hold flags/],
    ["names a variant that is not there", `{"flags":{"${flag}":{"state":"ENABLED","variants":{"on":true},"defaultVariant":"of"}}}`, /does not hold flags/],
    ["does not have the flag", '{"flags":{}}', /not found/],
    ["has text for the flag", `{"flags":{"${flag}":{"state":"ENABLED","variants":{"on":"on"},"defaultVariant":"on"}}}`, /boolean/],
    ["has a rule that nobody knows", flagFile(true).replace('"in"', '"within"'), /targeting/],
    ["has more than a megabyte", `{"flags":{}}${" ".repeat(1024 * 1024)}`, /1048576 bytes at most/],
  ])("that %s leaves the configured default in force, and says so", async (_what, text, reason) => {
    for (const fallback of [true, false]) {
      const file = newFile();
      if (text !== undefined) writeFileSync(file, text);
      const { ask, reasons, flags } = await open(file, fallback);
      expect(await ask("ten_1")).toBe(fallback);
      expect(reasons).toEqual([expect.stringMatching(reason)]);
      await flags.close();
    }
  });

  it("that is broken by an edit keeps what it held, and says so until it is mended", async () => {
    const file = newFile();
    writeFileSync(file, flagFile(false));
    const { ask, reasons, flags } = await open(file, true);
    expect(await ask("ten_1")).toBe(false);
    writeFileSync(file, flagFile(false).slice(0, -10));
    expect([await ask("ten_1"), await ask("ten_1")]).toEqual([false, false]);
    expect(await flags.health()).toMatch(/^degraded: .*What it held before stays in force\./);
    writeFileSync(file, flagFile(true));
    expect(await ask("ten_1")).toBe(true);
    expect(reasons).toEqual([expect.stringMatching(/What it held before stays in force\.$/), "answers"]);
    rmSync(file);
    expect(await ask("ten_1")).toBe(true);
    expect(reasons.at(-1)).toMatch(/ENOENT/);
    await flags.close();
  });

  it("that is a folder is no flag file", async () => {
    const { ask, reasons, flags } = await open(folder, false);
    expect(await ask("ten_1")).toBe(false);
    expect(reasons).toEqual([expect.stringMatching(/is no file of/)]);
    await flags.close();
  });
});
