import { describe, expect, it } from "vitest";
import type { LoadServer, ServerPackage } from "../load-server.ts";
import { runCli } from "../testing/run-cli.ts";

/** A server package of which a test says what it needs; the rest must not be used. */
const serverOf = (parts: Partial<ServerPackage>): LoadServer => {
  const unused = () => Promise.reject(new Error("This test does not use it."));
  return () =>
    Promise.resolve({
      serve: unused,
      serveWorkers: unused,
      migrate: unused,
      doctor: unused,
      recover: unused,
      moveSecrets: unused,
      previewReminders: unused,
      ...parts,
    });
};

describe("serve", () => {
  const serveWith = async (line: string) => {
    const seen: unknown[] = [];
    const serve = (options?: unknown) => {
      seen.push(options);
      return Promise.resolve(0);
    };
    const { code } = await runCli(line, { load: serverOf({ serve }) });
    return { code, seen };
  };

  it("hands over what was said, and leaves the rest to the environment", async () => {
    expect(await serveWith("serve")).toEqual({ code: 0, seen: [{}] });
    expect(await serveWith("serve --port 0 --host ::1 --data-dir /srv/keys")).toEqual({ code: 0, seen: [{ port: 0, host: "::1", dataDir: "/srv/keys" }] });
  });

  it("hands over how many workers there shall be", async () => {
    const seen: unknown[] = [];
    const serveWorkers = async (...given: readonly unknown[]) => {
      seen.push(...given);
      return 3;
    };
    expect((await runCli("serve --workers 4 --port 80", { load: serverOf({ serveWorkers }) })).code).toBe(3);
    expect(seen).toEqual([{ port: 80 }, 4]);
    expect((await runCli("serve --workers 0")).code).toBe(2);
  });

  it("ends with the server's exit code", async () => {
    expect(await runCli("serve", { load: serverOf({ serve: () => Promise.resolve(4) }) })).toEqual({ code: 4, out: "", err: "" });
  });

  it("says in one sentence why the start failed", async () => {
    const serve = () => Promise.reject(new Error("Port 4747 on 127.0.0.1 is in use by another program.\n    at listen"));
    expect(await runCli("serve", { load: serverOf({ serve }) })).toEqual({
      code: 1,
      out: "",
      err: "keywright: Port 4747 on 127.0.0.1 is in use by another program.\n",
    });
  });

  it.each(["65536", "-1", "http", ""])("refuses the port %j", async (port) => {
    expect((await runCli(["serve", `--port=${port}`])).code).toBe(2);
  });
});

describe("migrate", () => {
  const migrated = (applied: readonly string[]) => serverOf({ migrate: () => Promise.resolve({ applied }) });

  it("says what it applied", async () => {
    expect((await runCli("migrate", { load: migrated(["0001-start", "0002-usage"]) })).out).toBe("Applied: 0001-start, 0002-usage\n");
    expect((await runCli("migrate", { load: migrated([]) })).out).toBe("Nothing to apply: the store is up to date.\n");
    expect(JSON.parse((await runCli("migrate --json", { load: migrated(["0001-start"]) })).out)).toEqual({ applied: ["0001-start"] });
  });
});

describe("secrets move", () => {
  const moving = (seen: unknown[] = []) =>
    serverOf({
      moveSecrets: ({ onProgress, ...options }) => {
        seen.push(options);
        onProgress({ looked: 1_000, moved: 7 });
        return Promise.resolve({ looked: 1_200, moved: 8 });
      },
    });

  it("says how far it is, what was copied, and what to do then", async () => {
    const { code, out, err } = await runCli("secrets move --to vault", { load: moving() });
    expect([code, out]).toEqual([0, "8 of 1200 copied; the others were there already.\n"]);
    expect(err).toContain("1000 looked at, 7 copied…");
    expect(err).toContain("run this once more");
  });

  it("copies nothing in a dry run, and says so", async () => {
    const seen: unknown[] = [];
    const { out } = await runCli("secrets move --to sealed --dry-run --json", { load: moving(seen) });
    expect(JSON.parse(out)).toEqual({ looked: 1_200, moved: 8, dry_run: true });
    expect(seen).toEqual([{ to: "sealed", dryRun: true }]);
  });

  it("wants to know where to", async () => {
    expect((await runCli("secrets move", { load: moving() })).code).toBe(2);
    expect((await runCli("secrets move --to elsewhere", { load: moving() })).code).toBe(2);
  });
});

describe("doctor", () => {
  const good = { name: "port", ok: true, detail: "free" };
  const bad = { name: "disk", ok: false, detail: "0.1 GB free", remedy: "Free at least 1 GB." };
  const examined = (...checks: (typeof good)[]) => serverOf({ doctor: () => Promise.resolve({ checks }) });

  it("ends with 0 when all is well", async () => {
    expect(await runCli("doctor", { load: examined(good) })).toEqual({ code: 0, out: "CHECK  STATE  DETAIL\nport   ok     free\n", err: "" });
  });

  it("ends with 1 when something is not, and says what to do", async () => {
    const { code, out, err } = await runCli("doctor", { load: examined(good, bad) });
    expect(code).toBe(1);
    expect(out).toContain("disk   FAILED  0.1 GB free → Free at least 1 GB.\n");
    expect(err).toBe("keywright: 1 of 2 checks failed (disk): do what stands beside each.\n");
  });

  it("answers JSON on standard output and the failure as a problem", async () => {
    const { code, out, err } = await runCli("doctor --json", { load: examined(good, bad) });
    expect([code, JSON.parse(out)]).toEqual([1, { checks: [good, bad] }]);
    expect(JSON.parse(err)).toMatchObject({ code: "CHECKS_FAILED" });
  });
});

describe("reminders", () => {
  const reminder = { keyId: "key_1", tenantId: "ten_1", kind: "expiry", days: 7, markMs: 1_768_471_200_000 } as const;
  const previewed = { reminder, name: "Mailer\u001b[31m", hint: "pm_live_…x7Qk", persons: ["ada@example.com", "bob@example.com"] };
  const previewing = (...all: (typeof previewed)[]) =>
    serverOf({
      previewReminders: ({ onReminder }) => {
        for (const one of all) onReminder(one);
        return Promise.resolve();
      },
    });

  it("say who would hear of what", async () => {
    const { code, out } = await runCli("reminders --dry-run", { load: previewing(previewed) });
    expect(code).toBe(0);
    expect(out).toMatch(/^KEY +NAME +HINT +WHY +WHO\nkey_1 +\S+ +pm_live_…x7Qk +ends, 7 d +ada@example\.com, bob@example\.com\n$/);
    expect(out).not.toContain("\u001b");
    expect((await runCli("reminders --dry-run", { load: previewing() })).out).toBe("There is nothing to remind anybody of.\n");
  });

  it("are a list in JSON", async () => {
    const { out } = await runCli("reminders --dry-run --json", { load: previewing(previewed) });
    const shown = { key_id: "key_1", tenant_id: "ten_1", kind: "expiry", days: 7, at: "2026-01-15T10:00:00.000Z", persons: previewed.persons };
    expect(JSON.parse(out)).toEqual({ data: [{ ...shown, name: previewed.name, hint: previewed.hint }], dry_run: true });
  });

  it("are sent by the server alone", async () => {
    const { code, err } = await runCli("reminders", { load: previewing(previewed) });
    expect([code === 0, err.includes("--dry-run")]).toEqual([false, true]);
  });
});
