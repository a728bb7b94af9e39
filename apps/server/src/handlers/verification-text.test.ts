import { endpoints, verdicts } from "@keywright/contract";
import type { KeyRecord, VerifyOutcome } from "@keywright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { FieldSchema } from "../http/field-words.ts";
import { replyText } from "../http/reply-text.ts";
import { compileWriter } from "../http/reply-writer.ts";
import { recordOf } from "../testing/stub-app.ts";
import { toVerification } from "./verification.ts";
import { createVerificationWriter } from "./verification-text.ts";

const writeWhole = compileWriter(endpoints["verify-key"].replies[200] as FieldSchema);

const ids = fc.option(fc.string({ minLength: 1 }));
const scopes = fc.array(fc.string({ unit: "binary" }), { maxLength: 3 });
const metadata = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxKeys: 3, noNullPrototype: true });
const tenantOf = (id: string): KeyRecord["tenant"] => ({ id, status: "active", pool: { limit: 1, windowSeconds: 1 }, revision: 1 });

/** Some of them share what records share: so that of many the same is said, and of many others all but one thing. */
const recordLists: fc.Arbitrary<readonly (KeyRecord | null)[]> = fc
  .record({
    tenants: fc.tuple(ids, ids).map((both) => both.map((id) => (id === null ? null : tenantOf(id)))),
    owners: fc.tuple(ids, ids),
    scopes: fc.tuple(scopes, scopes),
    metadata: fc.tuple(metadata, metadata),
    ends: fc.constant([null, 1_800_000_000_000]),
    environments: fc.constant(["live", "test"]),
  })
  .chain(({ tenants, owners, scopes, metadata, ends, environments }) => {
    const record = fc.record({
      id: fc.integer({ min: 0, max: 99 }).map((number) => `key_${number}`),
      tenant: fc.constantFrom(...tenants),
      ownerId: fc.constantFrom(...owners),
      scopes: fc.constantFrom(...scopes),
      metadata: fc.constantFrom(...metadata),
      expiresAtMs: fc.constantFrom(...ends),
      environment: fc.constantFrom(...environments),
    });
    return fc.array(fc.option(record.map(recordOf), { freq: 9 }), { maxLength: 8 });
  });

const views = fc.option(fc.record({ limit: fc.nat(), remaining: fc.nat(), resetSeconds: fc.nat() }));
const budgets = fc.record({ verdict: fc.constantFrom(...verdicts), spent: fc.option(fc.record({ key: views, pool: views, quota: views })) });

it("writes what the endpoint's common writer writes, however often a record comes, and whatever its budgets are by then", () => {
  fc.assert(
    fc.property(recordLists, fc.infiniteStream(budgets), (records, requests) => {
      const write = createVerificationWriter();
      for (const record of [...records, ...records]) {
        for (const { verdict, spent } of requests.take(2)) {
          const outcome = { verdict, record, spent, expiresAtMs: record === null ? null : record.expiresAtMs } as VerifyOutcome;
          expect(write(outcome)).toEqual(replyText(writeWhole(toVerification(outcome))));
        }
      }
    }),
  );
});

it("writes a changed key anew", () => {
  const write = createVerificationWriter();
  const ofRecord = (record: KeyRecord): string => write({ verdict: "VALID", record, spent: null, expiresAtMs: null }).text;
  expect(ofRecord(recordOf({ scopes: ["send_email"] }))).toContain('"scopes":["send_email"]');
  expect(ofRecord(recordOf({ scopes: [] }))).toContain('"scopes":[]');
});

it("keeps what is said of all keys of a tenant but once", () => {
  const write = createVerificationWriter();
  const tenant = tenantOf("ten_1");
  const shared = { tenant, scopes: ["send_email"], metadata: {} };
  const records = [recordOf({ ...shared, id: "key_1" }), recordOf({ ...shared, id: "key_2" }), recordOf({ ...shared, id: "key_3", environment: "test" })];
  const texts = records.map((record) => write({ verdict: "VALID", record, spent: null, expiresAtMs: null }).text);
  expect(records.map(({ reply }) => reply !== undefined)).toEqual([true, false, true]);
  expect(texts[1]).toBe(texts[0]?.replace("key_1", "key_2"));
  expect(texts[2]).toContain('"environment":"test"');
});

it("writes each of many more keys than it remembers for itself, whichever those are", () => {
  const write = createVerificationWriter();
  const records = Array.from({ length: 20_000 }, (_, number) => recordOf({ id: `key_${number}` }));
  const isItself = (record: KeyRecord): boolean => write({ verdict: "VALID", record, spent: null, expiresAtMs: null }).text.includes(`"key_id":"${record.id}"`);
  expect(records.every(isItself)).toBe(true);
  // So many that those that were remembered are forgotten meanwhile.
  for (let time = 0; time < 80; time++) expect(records.slice(-4_000).every(isItself)).toBe(true);
  expect(records.every(isItself)).toBe(true);
});
