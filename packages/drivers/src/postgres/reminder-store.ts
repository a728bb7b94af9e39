import {
  type AgingKey,
  type ClaimedDigest,
  type Digest,
  type DigestClaim,
  type RemindedKey,
  type Reminder,
  type ReminderStore,
  reminderId,
} from "@keywright/core";
import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { Tables } from "./schema.ts";
import type { DigestTable } from "./schema-reminders.ts";
import { inTransaction } from "./transaction.ts";

type Db = Kysely<Tables>;

const hourMs = 3_600_000;

export const postgresReminders = (db: Db): ReminderStore => ({ ...looks(db), ...records(db), ...digests(db), ...choices(db) });

const looks = (db: Db) =>
  ({
    takeDue: async ({ nowMs, latestMs, limit }) => {
      const { rows } = await sql<{ readonly key_id: string }>`
        select key_id from reminder_looks where key_id = any(
          array(select key_id from reminder_looks where next_look_ms <= ${nowMs} order by next_look_ms limit ${limit})
          || array(select key_id from reminder_looks where next_look_ms > ${latestMs} limit ${limit})
          || array(select key_id from reminder_looks where looked_at_ms > ${nowMs + hourMs} and next_look_ms is not null limit ${limit})
        ) limit ${limit} for update skip locked
      `.execute(db);
      const ids = rows.map(({ key_id: id }) => id);
      return ids.length === 0 ? [] : agingKeys(db, sql`k.id = any(${ids}::text[])`, limit);
    },
    plan: async (looks, nowMs) => {
      if (looks.length === 0) return;
      await sql`
        update reminder_looks l set next_look_ms = p.next_look_ms, looked_at_ms = ${nowMs}
        from unnest(${looks.map(({ keyId }) => keyId)}::text[], ${looks.map(({ nextLookMs }) => nextLookMs)}::bigint[]) as p (key_id, next_look_ms)
        where l.key_id = p.key_id
      `.execute(db);
    },
    keys: (after, limit) => agingKeys(db, sql`k.tenant_id is not null and k.id > ${after ?? ""}`, limit),
  }) satisfies Partial<ReminderStore>;

interface AgingRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly owner_id: string | null;
  readonly name: string;
  readonly state: AgingKey["key"]["state"];
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly secret_created_at_ms: number | null;
  readonly hint: string | null;
}

const agingKeys = async (db: Db, isWanted: RawBuilder<unknown>, limit: number): Promise<readonly AgingKey[]> => {
  const { rows } = await sql<AgingRow>`
    select k.id, k.tenant_id, k.owner_id, k.name, k.state, k.created_at_ms, k.expires_at_ms, s.created_at_ms as secret_created_at_ms, s.hint
    from api_keys k left join lateral (
      select created_at_ms, hint from key_secrets where key_id = k.id and valid_until_ms is null order by created_at_ms desc, id desc limit 1
    ) s on true
    where ${isWanted} order by k.id limit ${limit}
  `.execute(db);
  return rows.map(toAgingKey);
};

const toAgingKey = ({ secret_created_at_ms: createdAtMs, hint, ...row }: AgingRow): AgingKey => ({
  key: {
    id: row.id,
    tenantId: row.tenant_id,
    ownerId: row.owner_id,
    name: row.name,
    state: row.state,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  },
  secret: createdAtMs === null || hint === null ? null : { createdAtMs, hint },
});

const records = (db: Db) =>
  ({
    record: async (reminders, nowMs) => {
      if (reminders.length === 0) return [];
      const inserted = await db
        .insertInto("reminders")
        .values(reminders.map((reminder) => ({ ...toColumns(reminder), at_ms: nowMs })))
        .onConflict((conflict) => conflict.doNothing())
        .returning(["key_id", "tenant_id", "kind", "mark_ms", "days"])
        .execute();
      return inserted.map(fromColumns);
    },
    recorded: async (reminders) => {
      if (reminders.length === 0) return [];
      const keys = [...new Set(reminders.map(({ keyId }) => keyId))];
      const rows = await db.selectFrom("reminders").select(["key_id", "tenant_id", "kind", "mark_ms", "days"]).where("key_id", "in", keys).execute();
      const known = new Set(rows.map(fromColumns).map(reminderId));
      return reminders.filter((reminder) => known.has(reminderId(reminder)));
    },
  }) satisfies Partial<ReminderStore>;

const digests = (db: Db) =>
  ({
    gather: async (entries, newDigestId, nowMs) => {
      // In one order, so that two that gather never wait for each other in a circle.
      for (const person of [...new Set(entries.map((entry) => entry.person))].toSorted()) {
        const reminders = entries.filter((entry) => entry.person === person).map(({ reminder }) => reminder);
        await addToDigest(db, await begunDigest(db, { person, newDigestId, nowMs }), reminders);
      }
    },
    claim: (request) => inTransaction(db, (transaction) => claim(transaction, request)),
    settle: async (digest, attempt) => {
      const { numUpdatedRows } = await db
        .updateTable("reminder_digests")
        .set(toDigestRow(digest))
        .where("id", "=", digest.id)
        .where("state", "=", "open")
        .where("attempts", "=", attempt)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    prune: async (beforeMs, limit) => {
      const { numAffectedRows } = await sql`
        delete from reminder_digests where id = any(array(
          select id from reminder_digests where state <> 'open' and created_at_ms < ${beforeMs} order by created_at_ms limit ${limit} for update skip locked
        ))
      `.execute(db);
      return Number(numAffectedRows ?? 0);
    },
  }) satisfies Partial<ReminderStore>;

const choices = (db: Db) =>
  ({
    isWanted: async (person) => {
      const row = await db.selectFrom("reminder_choices").select("is_wanted").where("person", "=", person).executeTakeFirst();
      return row?.is_wanted ?? true;
    },
    choose: async (person, isWanted, nowMs) => {
      const values = { person, is_wanted: isWanted, at_ms: nowMs };
      const before = await db.selectFrom("reminder_choices").select("is_wanted").where("person", "=", person).forUpdate().executeTakeFirst();
      await db
        .insertInto("reminder_choices")
        .values(values)
        .onConflict((conflict) => conflict.column("person").doUpdateSet(values))
        .execute();
      return (before?.is_wanted ?? true) !== isWanted;
    },
  }) satisfies Partial<ReminderStore>;

interface Beginning {
  readonly person: string;
  readonly newDigestId: () => string;
  readonly nowMs: number;
}

/** The person's digest that was not tried yet, begun where there is none; its row is locked: nobody claims it before this transaction has ended. */
const begunDigest = async (db: Db, { person, newDigestId, nowMs }: Beginning): Promise<string> => {
  const { rows } = await sql<{ readonly id: string }>`
    insert into reminder_digests (id, person, state, day, attempts, next_at_ms, created_at_ms)
    values (${newDigestId()}, ${person}, 'open', null, 0, ${nowMs}, ${nowMs})
    on conflict (person) where state = 'open' and attempts = 0 do update set person = excluded.person
    returning id
  `.execute(db);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("A digest was neither begun nor found.");
  return id;
};

const addToDigest = async (db: Db, digestId: string, reminders: readonly Reminder[]): Promise<void> => {
  await db
    .insertInto("reminder_digest_items")
    .values(reminders.map((reminder) => ({ digest_id: digestId, ...toColumns(reminder) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

const claim = async (db: Db, { nowMs, day, leaseUntilMs, latestMs, keys }: DigestClaim): Promise<ClaimedDigest | undefined> => {
  const { rows } = await sql<Selectable<DigestTable>>`
    update reminder_digests set attempts = attempts + 1, day = ${day}, next_at_ms = ${leaseUntilMs}
    where id = (
      select d.id from reminder_digests d
      where d.state = 'open' and (d.next_at_ms <= ${nowMs} or d.next_at_ms > ${latestMs})
        and not exists (select from reminder_digests o where o.person = d.person and o.state = 'open' and o.id < d.id)
        and not exists (select from reminder_digests o where o.person = d.person and o.day = ${day} and o.id <> d.id)
      order by d.next_at_ms, d.id limit 1 for update skip locked
    )
    returning *
  `.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const told = await standingKeys(db, row, { nowMs, keys });
  return { digest: fromDigestRow(row), ...told };
};

interface StandingRow extends ReminderColumns {
  readonly name: string;
  readonly hint: string;
  readonly tenant_name: string;
  readonly total: number;
}

/** What of a digest is true still, and the person's to know. */
const standingKeys = async (db: Db, { id, person }: Selectable<DigestTable>, { nowMs, keys }: Pick<DigestClaim, "nowMs" | "keys">) => {
  const { rows } = await sql<StandingRow>`
    select i.key_id, i.kind, i.mark_ms, i.days, i.tenant_id, k.name, s.hint, t.name as tenant_name, count(*) over ()::int as total
    from reminder_digest_items i
    join api_keys k on k.id = i.key_id
    join key_secrets s on s.key_id = k.id and s.valid_until_ms is null
    join tenants t on t.id = k.tenant_id
    where i.digest_id = ${id} and k.state <> 'revoked' and t.status = 'active'
      and case i.kind when 'rotate' then i.mark_ms = s.created_at_ms else i.mark_ms = k.expires_at_ms and i.mark_ms > ${nowMs} end
      and exists (select from members m where m.tenant_id = k.tenant_id and m.folded_email = ${person})
    order by i.kind = 'rotate', i.mark_ms, i.key_id limit ${keys}
  `.execute(db);
  const told: RemindedKey[] = rows.map((row) => ({ reminder: fromColumns(row), name: row.name, hint: row.hint, tenantName: row.tenant_name }));
  return { keys: told, total: rows[0]?.total ?? 0 };
};

interface ReminderColumns {
  readonly key_id: string;
  readonly tenant_id: string;
  readonly kind: string;
  readonly mark_ms: number;
  readonly days: number;
}

const toColumns = ({ keyId, tenantId, kind, markMs, days }: Reminder): ReminderColumns => ({ key_id: keyId, tenant_id: tenantId, kind, mark_ms: markMs, days });

const fromColumns = (row: ReminderColumns): Reminder => ({
  keyId: row.key_id,
  tenantId: row.tenant_id,
  kind: row.kind as Reminder["kind"],
  days: row.days,
  markMs: row.mark_ms,
});

const toDigestRow = (digest: Digest): Insertable<DigestTable> => ({
  id: digest.id,
  person: digest.person,
  state: digest.state,
  day: digest.day,
  attempts: digest.attempts,
  next_at_ms: digest.nextAtMs,
  created_at_ms: digest.createdAtMs,
});

const fromDigestRow = (row: Selectable<DigestTable>): Digest => ({
  id: row.id,
  person: row.person,
  state: row.state as Digest["state"],
  day: row.day,
  attempts: row.attempts,
  nextAtMs: row.next_at_ms,
  createdAtMs: row.created_at_ms,
});
