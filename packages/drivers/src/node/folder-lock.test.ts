import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockFolder } from "./folder-lock.ts";

describe("lockFolder", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "keywright-lock-"));
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  it("makes the folder for its owner alone, and holds it until it is released", async () => {
    const folder = join(root, "deep", "data");
    const lock = lockFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "lock"))).mode & 0o777).toBe(0o600);
    expect(() => lockFolder(folder)).toThrow(new Error(`The data folder ${folder} is in use by another Keywright process (pid ${process.pid}).`));
    expect(() => lockFolder(folder)).toThrow("is in use");
    lock.release();
    lock.release();
    lockFolder(folder).release();
  });

  it("is refused while another process has it, and free as soon as that process is killed", async () => {
    const folder = join(root, "shared");
    lockFolder(folder).release();
    const module = createRequire(import.meta.url).resolve("fs-native-extensions");
    const script = `
      const fs = require("node:fs");
      const fd = fs.openSync(process.argv[2], "a+");
      if (!require(process.argv[1]).tryLock(fd)) process.exit(1);
      fs.ftruncateSync(fd);
      fs.writeSync(fd, process.pid + "\\n");
      process.stdout.write("locked");
      setInterval(() => {}, 1000);
    `;
    const other = spawn(process.execPath, ["-e", script, module, join(folder, "lock")], { stdio: ["ignore", "pipe", "inherit"] });
    await once(other.stdout, "data");
    expect(() => lockFolder(folder)).toThrow(new Error(`The data folder ${folder} is in use by another Keywright process (pid ${other.pid}).`));
    const exited = once(other, "exit");
    other.kill("SIGKILL");
    await exited;
    lockFolder(folder).release();
  });

  it("says in one sentence why a folder cannot be used", async () => {
    const file = join(root, "file");
    await writeFile(file, "");
    for (const folder of [file, join(file, "data")]) {
      expect(() => lockFolder(folder)).toThrow(new Error(`The data folder ${folder} cannot be used: it, or a part of its path, is not a folder.`));
    }
    expect(() => lockFolder("/proc/keywright")).toThrow(/^The data folder \/proc\/keywright cannot be used: [^.]+\.$/);
  });
});
