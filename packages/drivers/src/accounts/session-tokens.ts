import { createHash } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";
import type { Exchanges } from "./exchange.ts";

type Init = NonNullable<BetterAuthPlugin["init"]>;
type Adapter = Parameters<Init>[0]["adapter"];
type Where = Parameters<Adapter["findOne"]>[0]["where"][number];

/** How a session's token rests; a token of the library's has no dot in it. */
const digestOf = (token: string): string => `sha256.${createHash("sha256").update(token).digest("base64url")}`;

/**
 * Sessions rest as digests of their tokens: whoever reads the table finds nothing that could be sent. A row that was found by its token is handed on
 * with that token; one that was listed, with its digest, by which the same call may then name it, and no other can.
 */
export const digestSessionTokens = (exchanges: Exchanges): BetterAuthPlugin => ({
  id: "keywright-session-tokens",
  init: ({ adapter }) => ({ context: { adapter: wrap(adapter, exchanges) } }),
});

const wrap = (adapter: Adapter, exchanges: Exchanges): Adapter => {
  const names = (): Map<string, string> => exchanges.current()?.sessionNames ?? new Map();
  /** What rests of this token, or of the name that this call was given for it. */
  const toStored = (token: string): string => {
    if (names().has(token)) return token;
    const stored = digestOf(token);
    names().set(stored, token);
    return stored;
  };
  const inWhere = (where: readonly Where[]): Where[] =>
    where.map((part) => (part.field === "token" ? { ...part, value: inValue(part.value, toStored) } : part));
  const shown = <T>(row: T): T => {
    const stored: unknown = typeof row === "object" && row !== null ? Reflect.get(row, "token") : undefined;
    if (typeof stored !== "string") return row;
    const name = names().get(stored) ?? stored;
    names().set(stored, name);
    return { ...row, token: name };
  };
  const asked = <Q extends { readonly model: string; readonly where?: readonly Where[] | undefined }>(query: Q): Q =>
    query.model === "session" && query.where !== undefined ? { ...query, where: inWhere(query.where) } : query;
  const answered = <T>({ model }: { readonly model: string }, row: T): T => (model === "session" ? shown(row) : row);

  const wrapped: Adapter = {
    ...adapter,
    create: async (query) => {
      const token: unknown = query.model === "session" ? Reflect.get(query.data, "token") : undefined;
      if (typeof token !== "string") return adapter.create(query);
      return shown(await adapter.create({ ...query, data: { ...query.data, token: toStored(token) } }));
    },
    findOne: async (query) => answered(query, await adapter.findOne(asked(query))),
    findMany: async (query) => {
      const rows = await adapter.findMany(asked(query));
      return rows.map((row) => answered(query, row)) as never;
    },
    update: async (query) => answered(query, await adapter.update(asked(query))),
    updateMany: (query) => adapter.updateMany(asked(query)),
    delete: (query) => adapter.delete(asked(query)),
    deleteMany: (query) => adapter.deleteMany(asked(query)),
    count: (query) => adapter.count(asked(query)),
    consumeOne: async (query) => answered(query, await adapter.consumeOne(asked(query))),
    // The library's own adapter has no transactions: what it does in one, it does through this.
    transaction: (work) => work(wrapped),
  };
  return wrapped;
};

const inValue = (value: Where["value"], toStored: (token: string) => string): Where["value"] => {
  if (typeof value === "string") return toStored(value);
  return Array.isArray(value) ? (value as string[]).map(toStored) : value;
};
