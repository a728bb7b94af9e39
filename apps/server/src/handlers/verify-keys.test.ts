import { endpoints } from "@keywright/contract";
import { type KeyRecord, mintKey, Secret, type SpendRequest, type SpendResult } from "@keywright/core";
import { expect, it, vi } from "vitest";
import type { Engine } from "../engine.ts";
import type { FieldSchema } from "../http/field-words.ts";
import { type ReplyText, replyText } from "../http/reply-text.ts";
import { compileWriter } from "../http/reply-writer.ts";
import { recordOf, spentOf } from "../testing/stub-app.ts";
import { createVerificationWriter } from "./verification-text.ts";
import { verifyKeysAtOnce, verifyKeysHandler } from "./verify-keys.ts";

const format = { prefix: "pm", bodyLength: 32 };
const keyOf = (byte: number, environment = "live") => mintKey(format, environment, (count) => new Uint8Array(count).fill(byte));
const [root, good, scopeless, unknown] = [keyOf(0, "root"), keyOf(1), keyOf(2), keyOf(3)];
const records = new Map<string, KeyRecord>([
  [root, recordOf({ environment: "root", tenant: null, scopes: ["*"] })],
  [good, recordOf({ metadata: { plan: "gold" } })],
  [scopeless, recordOf({ id: "key_scopeless", scopes: [] })],
]);
const resultOf = ({ decided }: SpendRequest): SpendResult => spentOf({ outcome: decided, quota: { limit: 9, remaining: 8, resetSeconds: 7 } });

/** An engine with these keys in memory, whose ledger says the same at every call. */
const createEngine = () => {
  const note = vi.fn();
  const spendAll = vi.fn(async (requests: readonly SpendRequest[]) => requests.map(resultOf));
  const engine = {
    format,
    keyring: { mark: (secret: Secret) => secret.reveal(), names: (secret: Secret) => ({ mark: secret.reveal(), digests: [] }) },
    records: { peek: (mark: string) => records.get(mark), load: async () => undefined },
    clock: { nowMs: () => 0 },
    ledger: { spendAll, spendAllBehind: (_first: SpendRequest, requests: readonly SpendRequest[]) => spendAll(requests) },
    recorder: { note },
  } as unknown as Engine;
  return { engine, note, spendAll };
};

const endpoint = "POST /api/v1/verify/batch";
const credential = { secret: new Secret(root), permission: "verify", ip: null, endpoint } as const;
const atOnce = (engine: Engine, body: Parameters<ReturnType<typeof verifyKeysAtOnce>>[1][number]["body"]): Promise<ReplyText | undefined> =>
  new Promise((resolve) => verifyKeysAtOnce(engine, createVerificationWriter())(credential, [{ body, requestId: "req_1" }], (_place, text) => resolve(text)));
const both = async (requests: readonly { readonly key: string; readonly scopes?: string[]; readonly user_agent?: string }[]) => {
  const write = createVerificationWriter();
  const [long, short] = [createEngine(), createEngine()];
  const body = { requests: [...requests] };
  const actor = { type: "root_key", id: "key_root", tenantId: null, memberId: null, scopes: ["*"], ip: null, requestId: "req_1" } as const;
  const rest = { params: undefined, query: undefined, ifMatch: undefined, idempotencyKey: undefined, ip: null };
  const reply = await verifyKeysHandler(long.engine, write)({ ...rest, body, actor, requestId: "req_1" });
  const text = await atOnce(short.engine, body);
  return { long: compileWriter(endpoints["verify-keys"].replies[200] as FieldSchema)(reply.body), short: text, noted: [long.note, short.note] };
};

it("writes and notes at once what the mounted endpoint's handler does", async () => {
  const { long, short, noted } = await both([
    { key: good, scopes: ["send_email"], user_agent: "curl" },
    { key: scopeless, scopes: ["send_email"] },
    { key: good },
  ]);
  expect(short).toEqual(replyText(long));
  expect(JSON.parse(long).data.map(({ code }: { code: string }) => code)).toEqual(["VALID", "INSUFFICIENT_SCOPE", "VALID"]);
  const [one, other] = noted.map(({ mock }) => mock.calls.map(([command, outcome, about]) => [command.key.reveal(), outcome, about]));
  expect(other).toEqual(one);
  expect(other?.map(([, , { requestId }]) => requestId)).toEqual(["req_1.1", "req_1.2", "req_1.3"]);
});

it("leaves keys that are not in memory to the handler, and asks nobody about them", async () => {
  const { engine, spendAll } = createEngine();
  expect(await atOnce(engine, { requests: [{ key: good }, { key: unknown }] })).toBeUndefined();
  expect(spendAll).not.toHaveBeenCalled();
});
