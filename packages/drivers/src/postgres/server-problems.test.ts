import { describe, expect, it } from "vitest";
import { type PostgresFacts, problemsOf, type RoleUse } from "./server-problems.ts";

const good: PostgresFacts = {
  version: "PostgreSQL 18.1",
  versionNumber: 180_001,
  maxConnections: 100,
  isStandby: false,
  isReadOnly: false,
  careless: [],
  isSuperuser: false,
  bypassesWalls: false,
  ownsAuditLog: false,
  mayMigrate: false,
  mayWrite: true,
  mayRead: true,
  pendingMigrations: [],
  latencyMs: 1,
  clockSkewMs: 0,
};
const uses: readonly RoleUse[] = ["app", "migrations", "both"];

/** Severities by use, and the sentence, which is one. */
const found = (facts: Partial<PostgresFacts>) => {
  const problems = uses.map((use) => problemsOf({ ...good, ...facts }, use));
  const texts = new Set(problems.flat().map(({ text }) => text));
  expect(texts.size).toBeLessThan(2);
  for (const text of texts) expect(text).toMatch(/^[A-Z].+: .+[^.]\.$/);
  return { severities: problems.map(([first]) => first?.severity ?? "none"), text: [...texts][0] ?? "" };
};

const [error, warning, none] = ["error", "warning", "none"];

describe("problems of a server", () => {
  it("are none where all is well", () => {
    expect(found({}).severities).toEqual([none, none, none]);
    expect(found({ versionNumber: 140_000, clockSkewMs: -5_000, mayMigrate: true, pendingMigrations: ["0001-store"] }).severities).toEqual([none, none, none]);
  });

  it("are an age beyond support, with the version", () => {
    const { severities, text } = found({ version: "PostgreSQL 13.21", versionNumber: 130_021 });
    expect(severities).toEqual([error, error, error]);
    expect(text).toContain("PostgreSQL 13.21");
  });

  it("are a standby and a read-only database, told apart, whatever is pending on them", () => {
    const standby = found({ isStandby: true, isReadOnly: true, pendingMigrations: ["0001-store"] });
    expect(standby.severities).toEqual([error, error, error]);
    expect(standby.text).toContain("is a standby");
    const readOnly = found({ isReadOnly: true });
    expect(readOnly.severities).toEqual([error, error, error]);
    expect(readOnly.text).toContain("default_transaction_read_only");
  });

  it("are migrations that whoever has to run them may not run", () => {
    expect(found({ pendingMigrations: ["0005-walls"] }).severities).toEqual([none, error, error]);
    expect(found({ pendingMigrations: ["0005-walls"] }).text).toContain("grant it CREATE on the schema");
    expect(found({ pendingMigrations: ["0005-walls"], mayMigrate: true }).severities).toEqual([none, none, none]);
  });

  it("are grants that were not made", () => {
    expect(found({ mayWrite: false }).severities).toEqual([error, none, error]);
    expect(found({ mayRead: false, mayMigrate: true }).severities).toEqual([error, none, error]);
  });

  it("are roles that no wall holds, where the app connects as them", () => {
    for (const [facts, what] of [
      [{ isSuperuser: true, ownsAuditLog: true }, "is a superuser"],
      [{ bypassesWalls: true }, "has BYPASSRLS"],
      [{ ownsAuditLog: true }, "owns the audit log"],
    ] as const) {
      expect(found(facts).severities).toEqual([warning, none, warning]);
      expect(found(facts).text).toContain(what);
    }
  });

  it("are settings under which a crash loses what was committed, whoever connects", () => {
    expect(found({ careless: ["fsync"] })).toEqual({ severities: [warning, warning, warning], text: expect.stringContaining("set fsync to on") });
    expect(found({ careless: ["fsync", "full_page_writes"] }).text).toContain("set fsync and full_page_writes to on");
  });

  it("are clocks that are off, either way", () => {
    expect(found({ clockSkewMs: 5_001 })).toEqual({ severities: [warning, warning, warning], text: expect.stringContaining("5001 ms ahead of") });
    expect(found({ clockSkewMs: -60_000 })).toEqual({ severities: [warning, warning, warning], text: expect.stringContaining("60000 ms behind") });
  });

  it("are told the worst first", () => {
    expect(problemsOf({ ...good, versionNumber: 90_600, isSuperuser: true, isReadOnly: true }, "both").map(({ severity }) => severity)).toEqual([
      error,
      error,
      warning,
    ]);
  });
});
