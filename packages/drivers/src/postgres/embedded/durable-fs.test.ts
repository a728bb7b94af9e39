import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

interface Stream {
  readonly nfd?: number;
  readonly node: string;
}

interface NodeFs {
  readonly stream_ops: { fsync?: (stream: Stream) => number };
  readonly realPath: (node: string) => string;
}

interface DurableFs {
  syncForReal(nodeFs: NodeFs, observer: { onSync: (path: string) => void; onFailure: (reason: unknown) => never }): void;
}

const { syncForReal } = (await import(new URL("./durable-fs.mjs", import.meta.url).href)) as DurableFs;

describe("fsync of the embedded database's folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "keywright-fsync-"));
  const file = join(folder, "file");
  writeFileSync(file, "text");
  afterAll(() => rmSync(folder, { recursive: true }));

  const hooked = () => {
    const synced: string[] = [];
    const nodeFs: NodeFs = { stream_ops: {}, realPath: (node) => node };
    const onFailure = (reason: unknown): never => {
      throw new Error("failed", { cause: reason });
    };
    syncForReal(nodeFs, { onSync: (path) => void synced.push(path), onFailure });
    return { synced, fsync: (stream: Stream) => nodeFs.stream_ops.fsync?.(stream) };
  };

  it("syncs open files and folders, and tells which", () => {
    const { synced, fsync } = hooked();
    const descriptor = openSync(file, "r+");
    expect(fsync({ nfd: descriptor, node: file })).toBe(0);
    closeSync(descriptor);
    expect(fsync({ node: folder })).toBe(0);
    expect(synced).toEqual([file, folder]);
  });

  it("acknowledges nothing where the system cannot sync", () => {
    const { synced, fsync } = hooked();
    const descriptor = openSync(file, "r");
    closeSync(descriptor);
    expect(() => fsync({ nfd: descriptor, node: file })).toThrow("failed");
    expect(() => fsync({ node: join(folder, "missing") })).toThrow("failed");
    expect(synced).toEqual([]);
  });
});
