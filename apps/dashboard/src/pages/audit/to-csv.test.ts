import { expect, it } from "vitest";
import { type Entry, toCsv } from "./to-csv.ts";

const entry: Entry = {
  id: "aud_1",
  tenant_id: "ten_1",
  at: "2026-11-21T10:00:00.000Z",
  actor: { type: "member", id: "mem_1" },
  action: "key.revoked",
  target: { type: "key", id: "key_1" },
  reason: 'leaked, "in a log"',
  ip: "203.0.113.7",
  request_id: null,
  before: null,
  after: { name: "Mailer" },
};

const lineOf = (reason: string): string | undefined => toCsv([{ ...entry, reason }]).split("\r\n")[1];

it("writes a line for each entry, and quotes what has to be", () => {
  expect(toCsv([entry])).toBe(
    [
      "\uFEFFat,action,actor_type,actor_id,target_type,target_id,reason,ip,request_id,before,after,id\r\n",
      '2026-11-21T10:00:00.000Z,key.revoked,member,mem_1,key,key_1,"leaked, ""in a log""",203.0.113.7,,,"{""name"":""Mailer""}",aud_1\r\n',
    ].join(""),
  );
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])("makes %j text, which a spreadsheet does not run", (reason) => {
  expect(lineOf(reason)).toContain(`,'${reason},`);
});
