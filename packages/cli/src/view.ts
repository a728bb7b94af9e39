import type { Cell } from "./paper.ts";

/** A time without its milliseconds; `absent` where there is none. */
export const shownTime = (time: string | null, absent: string): string => (time === null ? absent : time.replace(/\.\d+Z$/, "Z"));

export const shownList = (list: readonly string[], absent: string): string => (list.length === 0 ? absent : list.join(", "));

const good: ReadonlySet<string> = new Set(["active", "VALID", "ok"]);

/** A status or verdict in its colour. */
export const shownStatus = (status: string): Cell => ({ text: status, style: good.has(status) ? "good" : "bad" });

/** Something that is shown once is never lost to a pipe unnoticed: the note goes to the person, the fields to the output. */
export const storeNow = (what: string): string => `The ${what} is shown once: store it now. Keywright keeps only its hash and cannot show it again.`;
