import type { EndpointReply } from "@keywright/contract";

export type Entry = EndpointReply<"list-audit-log">["data"][number];

const columns: readonly (readonly [name: string, read: (entry: Entry) => string])[] = [
  ["at", ({ at }) => at],
  ["action", ({ action }) => action],
  ["actor_type", ({ actor }) => actor.type],
  ["actor_id", ({ actor }) => actor.id ?? ""],
  ["target_type", ({ target }) => target.type],
  ["target_id", ({ target }) => target.id],
  ["reason", ({ reason }) => reason ?? ""],
  ["ip", ({ ip }) => ip ?? ""],
  ["request_id", ({ request_id: id }) => id ?? ""],
  ["before", ({ before }) => (before === null ? "" : JSON.stringify(before))],
  ["after", ({ after }) => (after === null ? "" : JSON.stringify(after))],
  ["id", ({ id }) => id],
];

/** RFC 4180, in UTF-8 with a mark at the beginning by which spreadsheets know it. A cell that one would run as a formula is text. */
export const toCsv = (entries: readonly Entry[]): string => {
  const lines = [columns.map(([name]) => name), ...entries.map((entry) => columns.map(([, read]) => cellOf(read(entry))))];
  return `\uFEFF${lines.map((cells) => `${cells.join(",")}\r\n`).join("")}`;
};

const cellOf = (text: string): string => {
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
};
