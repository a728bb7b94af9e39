import type { LastUse } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { numberArray, textArray } from "./text-array.ts";
import type { UsageLines } from "./usage-lines.ts";

type Db = Kysely<Tables>;

/** Never backwards. Each key has a row from its start on; one that has none, as it is no more, gets one. `lines` are those of the same move. */
export const advanceUses = async (db: Db, uses: readonly LastUse[], lines: UsageLines): Promise<void> => {
  if (uses.length === 0) return;
  const isAlike = areAlike(uses, lines);
  const latest = isAlike ? uses : latestOf(uses);
  const columns = sql.join([
    sql`${isAlike ? lines.keysText : textArray(latest.map(({ keyId }) => keyId))}::text[]`,
    sql`${numberArray(latest.map(({ atMs }) => atMs))}::bigint[]`,
    sql`${textArray(latest.map(({ ip }) => ip))}::text[]`,
  ]);
  const { rows } = await sql<{ done: boolean }>`select usage_advance_uses(${columns}) as done`.execute(db);
  if (rows[0]?.done === true) return;
  await sql`
    insert into key_activity as known (key_id, last_used_at_ms, last_used_ip)
    select key_id, at_ms, ip from unnest(${columns}) as moved (key_id, at_ms, ip)
    order by key_id collate "C"
    on conflict (key_id) do update set last_used_at_ms = excluded.last_used_at_ms, last_used_ip = excluded.last_used_ip
    where coalesce(known.last_used_at_ms < excluded.last_used_at_ms, true)
  `.execute(db);
};

/** Whether these are the lines' keys, in the same order, and each once. In most large moves they are, and then nothing is done twice for their ids. */
const areAlike = (uses: readonly LastUse[], { keyIds, isOneEach }: UsageLines): boolean =>
  isOneEach && uses.length === keyIds.length && uses.every(({ keyId }, place) => keyId === keyIds[place]);

/** One statement may not write a row twice. */
const latestOf = (uses: readonly LastUse[]): readonly LastUse[] => {
  const latest = new Map<string, LastUse>();
  for (const use of uses) if ((latest.get(use.keyId)?.atMs ?? -1) < use.atMs) latest.set(use.keyId, use);
  return latest.size === uses.length ? uses : [...latest.values()];
};
