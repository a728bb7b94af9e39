import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { append } from "./log.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A real file that holds `before` and takes at most `room` bytes more. */
const fileWithRoom = async (room: number) => {
  const path = join(folder, "log");
  const handle = await open(path, "w+");
  await handle.write("before");
  let left = room;
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  return {
    path,
    handle,
    limited: {
      truncate: (length: number) => handle.truncate(length),
      datasync: () => handle.datasync(),
      write: async (...[bytes, start, length, position]: [Buffer, number, number, number]) => {
        if (left === 0) throw full;
        const written = await handle.write(bytes, start, Math.min(left, length, 3), position);
        left -= written.bytesWritten;
        return written;
      },
    },
  };
};

describe("an append", () => {
  it("goes on where the system wrote a part", async () => {
    const { path, handle, limited } = await fileWithRoom(100);
    expect(await append(limited, Buffer.from("and what follows"), 6)).toBeUndefined();
    expect(await readFile(path, "utf8")).toBe("beforeand what follows");
    await handle.close();
  });

  it("that finds no space leaves the file as it was, and says why", async () => {
    const { path, handle, limited } = await fileWithRoom(7);
    expect(await append(limited, Buffer.from("and what follows"), 6)).toMatchObject({ code: "ENOSPC" });
    expect(await readFile(path, "utf8")).toBe("before");
    await handle.close();
  });

  it("whose bytes may not have reached the disk is taken back", async () => {
    const { path, handle, limited } = await fileWithRoom(100);
    let calls = 0;
    const failsOnce = async (): Promise<void> => {
      calls += 1;
      if (calls === 1) throw Object.assign(new Error("i/o error"), { code: "EIO" });
    };
    expect(await append({ ...limited, datasync: failsOnce }, Buffer.from("more"), 6)).toMatchObject({ code: "EIO" });
    expect(calls).toBe(2);
    expect(await readFile(path, "utf8")).toBe("before");
    await handle.close();
  });

  it("that cannot be taken back rejects", async () => {
    const { handle, limited } = await fileWithRoom(2);
    const broken = { ...limited, truncate: () => Promise.reject(new Error("read-only file system")) };
    await expect(append(broken, Buffer.from("more"), 6)).rejects.toThrow("read-only file system");
    await handle.close();
  });
});
