import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ChainEntry, type ChainLine, type Checkpoint, canonicalJson, checkpointText, entryText, firstHash } from "./audit-chain.ts";
import { type ChainExpectations, createChainVerifier } from "./verify-chain.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const sign = (text: string) => sha256(`secret${text}`);
const deps = { sha256, isSigned: (text: string, { signature }: { signature: string }) => signature === sign(text) };

const entriesTo = (last: number): readonly ChainEntry[] => {
  const entries: ChainEntry[] = [];
  for (let sequence = 1; sequence <= last; sequence++) {
    const line: Omit<ChainEntry, "hash"> = {
      type: "entry",
      tenant_id: "ten_1",
      sequence,
      previous_hash: entries.at(-1)?.hash ?? firstHash,
      id: `aud_${sequence}`,
      at_ms: 1_000 + sequence,
      actor: { type: "root_key", id: "key_1" },
      action: "key.created",
      target: { type: "key", id: "key_2" },
      reason: null,
      ip: "203.0.113.7",
      request_id: "req_1",
      before: null,
      after: { name: "é", nested: { b: 2, a: [1, 2] } },
    };
    entries.push({ ...line, hash: sha256(entryText(line)) });
  }
  return entries;
};

const entries = entriesTo(6);
const entryAt = (sequence: number): ChainEntry => {
  const entry = entries[sequence - 1];
  if (entry === undefined) throw new Error("There is no such entry.");
  return entry;
};
const checkpoint = (sequence: number, kind: Checkpoint["kind"] = "periodic"): Checkpoint => {
  const line = { type: "checkpoint" as const, kind, tenant_id: "ten_1", sequence, hash: entryAt(sequence).hash, at_ms: 5_000, key_id: "k" };
  return { ...line, signature: sign(checkpointText(line)) };
};
const headAt = (sequence: number): ChainLine => ({ type: "head", tenant_id: "ten_1", sequence, hash: entryAt(sequence).hash });
const whole: readonly unknown[] = [...entries.slice(0, 4), checkpoint(4), ...entries.slice(4), headAt(6)];

const verify = (lines: readonly unknown[], expected?: ChainExpectations) => {
  const verifier = createChainVerifier(deps, expected);
  for (const line of lines) verifier.take(line);
  return verifier.finish();
};

describe("a chain", () => {
  it("is whole as it was written, in whatever order the fields of a line stand", () => {
    const report = { tenant_id: "ten_1", entries: 6, first_sequence: 1, last_sequence: 6, checkpoints: 1, sealed_through: 4, problem: null };
    expect(verify(whole)).toMatchObject(report);
    expect(verify(whole.map((line) => Object.fromEntries(Object.entries(line as object).reverse())))).toMatchObject(report);
  });

  it("is whole where nothing was ever entered", () => {
    expect(verify([{ type: "head", tenant_id: null, sequence: 0, hash: firstHash }]).problem).toBeNull();
  });

  it("begins behind what a signed retention checkpoint says was dropped", () => {
    const report = verify([checkpoint(2, "retention"), checkpoint(2), ...entries.slice(2), headAt(6)]);
    expect(report).toMatchObject({ first_sequence: 3, entries: 4, checkpoints: 2, problem: null });
  });

  it("can be verified from where an earlier check ended", () => {
    const from = { sequence: 4, hash: entryAt(4).hash };
    expect(verify([checkpoint(4), ...entries.slice(4), headAt(6)], { from }).problem).toBeNull();
    expect(verify([...entries.slice(4), headAt(6)], { from: { ...from, hash: firstHash } }).problem).toMatchObject({ sequence: 5 });
  });

  const edited = { ...entryAt(3), reason: "forged" };
  const { hash: _hash, ...forgedLine } = edited;
  const forged = { ...edited, hash: sha256(entryText(forgedLine)) };
  it.each<[string, readonly unknown[], readonly [number, string | null]]>([
    ["an edited entry", whole.with(2, edited), [3, "aud_3"]],
    ["an edited entry with a hash that fits", whole.with(2, forged), [4, "aud_4"]],
    ["a deleted entry", whole.toSpliced(2, 1), [3, null]],
    ["a deleted first entry", whole.slice(1), [1, null]],
    ["a deleted last entry", whole.toSpliced(6, 1), [6, null]],
    ["all that came after a checkpoint and it too", [...entries.slice(0, 3), checkpoint(4), headAt(3)], [4, null]],
    ["an entry twice", whole.toSpliced(3, 0, entryAt(3)), [3, "aud_3"]],
    ["two entries in each other's place", whole.with(1, entryAt(3)).with(2, entryAt(2)), [2, null]],
    ["an entry beyond the end", [...entries, headAt(5)], [6, null]],
    ["another end", [...entries, { ...headAt(6), hash: firstHash }], [6, null]],
    ["an entry of another chain", whole.with(2, { ...entryAt(3), tenant_id: "ten_2" }), [3, "aud_3"]],
    ["a forged checkpoint", whole.with(4, { ...checkpoint(4), signature: "forged" }), [4, null]],
    ["a checkpoint for another entry", whole.with(4, { ...checkpoint(3), sequence: 4 }), [4, null]],
    ["a checkpoint of another place", whole.with(4, checkpoint(3)), [3, null]],
    ["a periodic checkpoint in the place of a retention", [checkpoint(2), ...entries.slice(2), headAt(6)], [1, null]],
    ["no retention checkpoint at all", [...entries.slice(2), headAt(6)], [1, null]],
    ["a file that was cut short", whole.slice(0, -1), [7, null]],
    ["something behind the end", [...whole, entryAt(6)], [7, null]],
    ["a line that is no line", whole.with(2, "?"), [3, null]],
    ["null", whole.with(2, null), [3, null]],
    ["a line without a sequence", whole.with(2, { ...entryAt(3), sequence: 0.5 }), [3, null]],
    ["a line of no kind", whole.with(2, { ...entryAt(3), type: "toString" }), [3, null]],
  ])("with %s is not, and the first bad entry is named", (_what, lines, [sequence, entryId]) => {
    expect(verify(lines).problem).toEqual({ sequence, entry_id: entryId, reason: expect.any(String) });
  });

  it("that was replaced as a whole is found by whoever noted one of its checkpoints", () => {
    const known = [
      { sequence: 2, hash: entryAt(2).hash },
      { sequence: 5, hash: entryAt(5).hash },
    ];
    expect(verify(whole, { known }).problem).toBeNull();
    expect(verify(whole, { known: [{ sequence: 2, hash: firstHash }] }).problem).toMatchObject({ sequence: 2 });
    expect(verify([...entries.slice(0, 4), headAt(4)], { known }).problem).toMatchObject({ reason: expect.stringContaining("entry 5 is missing") });
    expect(verify(whole, { tenantId: null }).problem).toMatchObject({ reason: expect.stringContaining("another chain") });
  });
});

it("canonical JSON is that of RFC 8785, section 3.2.3 and appendix B", () => {
  expect(canonicalJson({ "\u20ac": "Euro", "\r": "CR", "1": "One", "\u0080": "C", "\u00f6": "o", "\ud83d\ude00": "Smiley", "\ufb33": "Dalet" })).toBe(
    '{"\\r":"CR","1":"One","\u0080":"C","ö":"o","€":"Euro","😀":"Smiley","\ufb33":"Dalet"}',
  );
  expect(canonicalJson([333_333_333.333_333_3, 1e30, 4.5, 2e-3, 1e-27, -0, undefined, { none: undefined }])).toBe(
    "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,null,{}]",
  );
});
