import { endpoints, type Verdict, verdicts } from "@keywright/contract";
import type { QuotaView, VerifyOutcome } from "@keywright/core";
import type { FieldSchema } from "../http/field-words.ts";
import { flat, keepTexts } from "../http/kept-texts.ts";
import { type ReplyText, replyText } from "../http/reply-text.ts";
import { compileWriter } from "../http/reply-writer.ts";
import { budgetOf, toVerification } from "./verification.ts";

type ObjectSchema = FieldSchema & { readonly properties: Readonly<Record<"valid" | "code" | "rate_limit" | "quota", FieldSchema>> };

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
  const lastingText = keepTexts("reply", {
    make: (_record, outcome: VerifyOutcome) => replyText(writeLasting(toVerification(outcome)).slice(1, -1)),
    pack: ({ text, isAscii }) => ({ text: flat(text), isAscii }),
  });
  return (outcome) => {
    const { record, verdict, spent } = outcome;
    if (record === null) return replyText(write(toVerification(outcome)));
    const { text, isAscii } = lastingText(record, outcome);
    return { text: `${heads[verdict]}${text},"rate_limit":${writeView(spent && budgetOf(spent))},"quota":${writeView(spent?.quota ?? null)}}`, isAscii };
  };
};

/** What a reply begins with, by its verdict. */
const heads = Object.fromEntries(verdicts.map((verdict) => [verdict, `{"valid":${verdict === "VALID"},"code":"${verdict}",`])) as Readonly<
  Record<Verdict, string>
>;

const writeView = (view: Pick<QuotaView, "limit" | "remaining" | "resetSeconds"> | null): string =>
  view === null ? "null" : `{"limit":${view.limit},"remaining":${view.remaining},"reset_seconds":${view.resetSeconds}}`;
