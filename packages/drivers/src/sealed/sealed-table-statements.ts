import type { Statement } from "./sealed-table-connection.ts";

/** One entry as it rests. */
export interface SealedRow {
  readonly version: number;
  readonly sealed: string;
}

export const readEntry = (path: string): Statement => ({ text: "select version, sealed from sealed_secrets where path = $1::text", values: [path] });

export interface WriteAnswer {
  /** Whether the table still has the seal that the value was sealed under. */
  readonly is_sealed: boolean;
  readonly is_written: boolean;
}

interface Writing {
  readonly sealId: string;
  readonly path: string;
  readonly sealed: string;
  /** The version that must stand there; 0: nothing may. */
  readonly expectedVersion: number;
}

/** Check and set in one statement. A database that was put back under a running process has another seal: then nothing is written. */
export const writeEntry = ({ sealId, path, sealed, expectedVersion }: Writing): Statement => ({
  text: `with seal as (select from sealed_secrets_seal where id = $1::text),
    written as (${expectedVersion === 0 ? insertFirst : replaceVersion})
    select exists (select from seal) as is_sealed, exists (select from written) as is_written`,
  values: [sealId, path, sealed, ...(expectedVersion === 0 ? [] : [expectedVersion])],
});

const insertFirst = `
  insert into sealed_secrets (path, version, sealed) select $2::text, 1, $3::text from seal
  on conflict do nothing returning 1`;

const replaceVersion = `
  update sealed_secrets set version = version + 1, sealed = $3::text
  where path = $2::text and version = $4::bigint and exists (select from seal) returning 1`;

export const deleteEntry = (path: string): Statement => ({ text: "delete from sealed_secrets where path = $1::text", values: [path] });

/**
 * The names directly under a folder. Each step looks the next path up in the index and passes over the whole folder that it lies
 * in, so the cost is that of the names, whatever is beneath them. No name begins with "{", the character after "z".
 */
export const listNames = (folder: string): Statement => ({
  text: `with recursive found (path) as (
      (select path from sealed_secrets where path > $1::text collate "C" and path < $2::text collate "C" order by path limit 1)
      union all
      select (
        select next.path from sealed_secrets as next
        where next.path > (case when strpos(rest.name, '/') > 0 then $1::text || split_part(rest.name, '/', 1) || '/{' else found.path end) collate "C"
          and next.path < $2::text collate "C"
        order by next.path limit 1
      )
      from found, lateral (select substr(found.path, length($1::text) + 1) as name) as rest
      where found.path is not null
    )
    select case when strpos(rest.name, '/') > 0 then split_part(rest.name, '/', 1) || '/' else rest.name end as name
    from found, lateral (select substr(found.path, length($1::text) + 1) as name) as rest
    where found.path is not null`,
  values: folder === "" ? ["", "{"] : [`${folder}/`, `${folder}/{`],
});
