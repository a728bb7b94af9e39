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
const records: fc.Arbitrary<KeyRecord> = fc
  .record({
    ownerId: ids,
    scopes: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
    metadata: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()), { maxKeys: 3, noNullPrototype: true }),
  })
  .chain((key) =>
    ids.map((id) => recordOf({ ...key, tenant: id === null ? null : { id, status: "active", pool: { limit: 1, windowSeconds: 1 }, revision: 1 } })),
  );

const views = fc.option(fc.record({ limit: fc.nat(), remaining: fc.nat(), resetSeconds: fc.nat() }));
const budgets = fc.record({ verdict: fc.constantFrom(...verdicts), spent: fc.option(fc.record({ key: views, pool: views, quota: views })) });

it("writes what the endpoint's common writer writes, however often a record comes, and whatever its budgets are by then", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.option(records), fc.array(budgets, { minLength: 1, maxLength: 3 })), { maxLength: 4 }), (keys) => {
      const write = createVerificationWriter();
      for (const [record, requests] of keys) {
        for (const { verdict, spent } of requests) {
          const outcome = { verdict, record, spent, expiresAtMs: record === null ? null : 1_800_000_000_000 } as VerifyOutcome;
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

it("writes each of many more keys than it remembers for itself, whichever those are", () => {
  const write = createVerificationWriter();
  const records = Array.from({ length: 20_000 }, (_, number) => recordOf({ id: `key_${number}` }));
  const isItself = (record: KeyRecord): boolean => write({ verdict: "VALID", record, spent: null, expiresAtMs: null }).text.includes(`"key_id":"${record.id}"`);
  expect(records.every(isItself)).toBe(true);
  // So many that those that were remembered are forgotten meanwhile.
  for (let time = 0; time < 80; time++) expect(records.slice(-4_000).every(isItself)).toBe(true);
  expect(records.every(isItself)).toBe(true);
});
