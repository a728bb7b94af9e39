import { endpoints, type Verdict, verdicts } from "@keywright/contract";
import type { KeyRecord, QuotaView, VerifyOutcome } from "@keywright/core";
import type { FieldSchema } from "../http/field-words.ts";
import { flat, keepTexts } from "../http/kept-texts.ts";
import { type ReplyText, replyText } from "../http/reply-text.ts";
import { compileWriter } from "../http/reply-writer.ts";
import { budgetOf, toVerification } from "./verification.ts";

type ObjectSchema = FieldSchema & { readonly properties: Readonly<Record<"valid" | "code" | "key_id" | "rate_limit" | "quota", FieldSchema>> };

export type VerificationWriter = (outcome: VerifyOutcome) => ReplyText;

/**
 * Writes the reply of a verification: what it says of the key itself is the same until the key changes, and a changed key has another record. So that part
 * is written once a record, and only the verdict and the budgets are written at every request. Behind the key's id the same is said of most keys of a tenant, and is then
 * kept with one of them: where a hundred thousand are in use, a text for each would neither fit nor be at hand.
 */
export const createVerificationWriter = (): VerificationWriter => {
  const schema = endpoints["verify-key"].replies[200] as ObjectSchema;
  const { valid: _valid, code: _code, key_id: _id, rate_limit: _limit, quota: _quota, ...lasting } = schema.properties;
  const write = compileWriter(schema);
  const writeLasting = compileWriter({ type: "object", properties: lasting, required: Object.keys(lasting) });
  const ownText = keepTexts("reply", {
    make: (_record, outcome: VerifyOutcome) => replyText(writeLasting(toVerification(outcome)).slice(1, -1)),
    pack: ({ text, isAscii }, record) => {
      if (record.tenant !== null) record.tenant.replied = record;
      return { text: flat(text), isAscii };
    },
  });
  return (outcome) => {
    const { record, verdict, spent } = outcome;
    if (record === null) return replyText(write(toVerification(outcome)));
    const { text, isAscii } = keptText(record) ?? ownText(record, outcome);
    return {
      text: `${heads[verdict]}${record.id}",${text},"rate_limit":${writeView(spent && budgetOf(spent))},"quota":${writeView(spent?.quota ?? null)}}`,
      isAscii,
    };
  };
};

const keptText = (record: KeyRecord): ReplyText | undefined => {
  if (record.reply !== undefined) return record.reply;
  const replied = record.tenant?.replied;
  return replied !== undefined && isSaidAlike(replied, record) ? replied.reply : undefined;
};

/** Of two keys of one tenant: whether a reply says the same of both, but for their ids. Their lists and objects are shared where they are equal. */
const isSaidAlike = (one: KeyRecord, other: KeyRecord): boolean =>
  one.scopes === other.scopes &&
  one.metadata === other.metadata &&
  one.environment === other.environment &&
  one.ownerId === other.ownerId &&
  one.expiresAtMs === other.expiresAtMs;

/** What a reply begins with, by its verdict; a key's id follows, which is letters, digits and an underscore. */
const heads = Object.fromEntries(verdicts.map((verdict) => [verdict, `{"valid":${verdict === "VALID"},"code":"${verdict}","key_id":"`])) as Readonly<
  Record<Verdict, string>
>;

const writeView = (view: Pick<QuotaView, "limit" | "remaining" | "resetSeconds"> | null): string =>
  view === null ? "null" : `{"limit":${view.limit},"remaining":${view.remaining},"reset_seconds":${view.resetSeconds}}`;
