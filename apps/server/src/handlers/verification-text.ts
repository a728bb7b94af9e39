import { endpoints, type Verdict, verdicts } from "@keywright/contract";
import type { KeyRecord, QuotaView, VerifyOutcome } from "@keywright/core";
import type { FieldSchema } from "../http/field-words.ts";
import { type ReplyText, replyText } from "../http/reply-text.ts";
import { compileWriter } from "../http/reply-writer.ts";
import { budgetOf, toVerification } from "./verification.ts";

type ObjectSchema = FieldSchema & { readonly properties: Readonly<Record<"valid" | "code" | "rate_limit" | "quota", FieldSchema>> };

/** One piece of memory: a text that was joined or cut is put together from its parts wherever it is read, each of which has to be fetched. */
const flat = (text: string): string => Buffer.from(text).toString();

/** Records whose text is kept, about 400 bytes each. */
const maxTexts = 16_384;
/**
 * Texts that are then written and not kept, before it is begun anew. Where many more keys are in use, one that is kept pushes out another that is just as
 * likely to be asked for, and costs most: it is copied by the collections that it survives.
 */
const textsUnkept = 16 * maxTexts;

export type VerificationWriter = (outcome: VerifyOutcome) => ReplyText;

/**
 * Writes the reply of a verification: what it says of the key itself is the same until the key changes, and a changed key has another record. So that part
 * is written once a record, and only the verdict and the budgets are written at every request.
 */
export const createVerificationWriter = (): VerificationWriter => {
  const schema = endpoints["verify-key"].replies[200] as ObjectSchema;
  const { valid: _valid, code: _code, rate_limit: _limit, quota: _quota, ...lasting } = schema.properties;
  const write = compileWriter(schema);
  const writeLasting = compileWriter({ type: "object", properties: lasting, required: Object.keys(lasting) });
  const replied: KeyRecord[] = [];
  const state = { unkept: 0 };
  const lastingText = (outcome: VerifyOutcome, record: KeyRecord): ReplyText => {
    if (record.reply !== undefined) return record.reply;
    const text = writeLasting(toVerification(outcome)).slice(1, -1);
    if (replied.length >= maxTexts) {
      state.unkept += 1;
      if (state.unkept < textsUnkept) return replyText(text);
      forget(replied);
      state.unkept = 0;
    }
    const kept = replyText(flat(text));
    record.reply = kept;
    replied.push(record);
    return kept;
  };
  return (outcome) => {
    const { record, verdict, spent } = outcome;
    if (record === null) return replyText(write(toVerification(outcome)));
    const { text, isAscii } = lastingText(outcome, record);
    return { text: `${heads[verdict]}${text},"rate_limit":${writeView(spent && budgetOf(spent))},"quota":${writeView(spent?.quota ?? null)}}`, isAscii };
  };
};

/** What a reply begins with, by its verdict. */
const heads = Object.fromEntries(verdicts.map((verdict) => [verdict, `{"valid":${verdict === "VALID"},"code":"${verdict}",`])) as Readonly<
  Record<Verdict, string>
>;

const forget = (replied: KeyRecord[]): void => {
  for (const record of replied) record.reply = undefined;
  replied.length = 0;
};

const writeView = (view: Pick<QuotaView, "limit" | "remaining" | "resetSeconds"> | null): string =>
  view === null ? "null" : `{"limit":${view.limit},"remaining":${view.remaining},"reset_seconds":${view.resetSeconds}}`;
