import "./production.mjs";
import { randomBytes } from "node:crypto";
import { apiKey, defaultKeyHasher } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { generateRandomString } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { keyCount } from "./contract.mjs";
import { openPool, openRedis } from "./engines.mjs";

/** @typedef {{ key: string, hash: string, id: string, owner: string }} Copy What differs between one key's record and the next one's. */

const chunkSize = 5_000;

/**
 * What both storages share. Off, in Better Auth's favour, without weakening a check: its log (a line a refusal), its telemetry, and metadata (the default).
 * Not used: `disableKeyHashing`, which would store keys in the clear, and `deferUpdates`, which answers before the limit's counter is written.
 */
const options = {
  secret: randomBytes(32).toString("hex"),
  baseURL: "http://127.0.0.1",
  logger: { disabled: true },
  telemetry: { enabled: false },
};
const rateLimit = { enabled: true, timeWindow: 1_000, maxRequests: 1_000_000 };

/** @type {() => Promise<import("./contract.mjs").Alternative>} The plugin's default: keys and counters in PostgreSQL, through the library's own adapter. */
export const onPostgres = async () => {
  const pool = openPool();
  const configuration = { ...options, database: pool, plugins: [apiKey({ rateLimit })] };
  const { runMigrations } = await getMigrations(configuration);
  await runMigrations();
  const auth = betterAuth(configuration);
  const template = await auth.api.createApiKey({ body: { userId: ownerOf(0) } });
  const copies = await copiesOf(keyCount() - 1);
  for (const chunk of chunksOf(copies)) {
    const records = chunk.map(({ key, hash, id, owner }) => ({ id, key: hash, start: key.slice(0, 6), referenceId: owner }));
    await pool.query(insertCopies, [template.id, JSON.stringify(records)]);
  }
  // A server that has run for a while has statistics; without them the planner guesses.
  await pool.query("analyze apikey");
  return { keys: [template.key, ...copies.map(({ key }) => key)], verify: verifyWith(auth) };
};

/** Every column but those of the copy keeps the value that the library itself wrote for the template. */
const insertCopies = `insert into apikey
  select filled.* from apikey template, jsonb_array_elements($2::jsonb) copy, jsonb_populate_record(template, copy) filled where template.id = $1`;

/** @type {() => Promise<import("./contract.mjs").Alternative>} Secondary storage only: no database at all, as the plugin documents for speed. */
export const onRedis = async () => {
  const redis = await openRedis();
  const plugin = apiKey({ rateLimit, storage: "secondary-storage" });
  const auth = betterAuth({ ...options, secondaryStorage: secondaryStorageOn(redis), plugins: [plugin] });
  const template = await auth.api.createApiKey({ body: { userId: ownerOf(0) } });
  const record = JSON.parse((await redis.get(`api-key:${await defaultKeyHasher(template.key)}`)) ?? "null");
  const copies = await copiesOf(keyCount() - 1);
  for (const chunk of chunksOf(copies)) await redis.mSet(chunk.flatMap((copy) => entriesOf(record, copy)));
  return { keys: [template.key, ...copies.map(({ key }) => key)], verify: verifyWith(auth) };
};

/** @type {(record: object, copy: Copy) => [string, string][]} The three entries that the plugin keeps for a key. */
const entriesOf = (record, { key, hash, id, owner }) => {
  const text = JSON.stringify({ ...record, id, key: hash, start: key.slice(0, 6), referenceId: owner });
  return [
    [`api-key:${hash}`, text],
    [`api-key:by-id:${id}`, text],
    [`api-key:by-ref:${owner}`, JSON.stringify([id])],
  ];
};

/** @type {(redis: Awaited<ReturnType<typeof openRedis>>) => import("better-auth").SecondaryStorage} */
const secondaryStorageOn = (redis) => ({
  get: (key) => redis.get(key),
  set: (key, value, ttl) => (ttl ? redis.set(key, value, { expiration: { type: "EX", value: ttl } }) : redis.set(key, value)),
  delete: async (key) => {
    await redis.del(key);
  },
  getAndDelete: (key) => redis.getDel(key),
  increment: async (key, ttl) => {
    const [, count] = await redis
      .multi()
      .set(key, 0, { condition: "NX", expiration: { type: "EX", value: ttl } })
      .incr(key)
      .exec();
    return Number(count);
  },
});

/** @type {(auth: { api: { verifyApiKey: (call: { body: { key: string } }) => Promise<any> } }) => import("./contract.mjs").Verify} */
const verifyWith = (auth) => async (key) => {
  const { valid, error, key: found } = await auth.api.verifyApiKey({ body: { key } });
  return valid ? { valid: true, keyId: found.id } : { valid: false, code: error.code };
};

/** @type {(count: number) => Promise<Copy[]>} Keys in the plugin's own form: 64 letters, hashed by its own function. */
const copiesOf = (count) =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const key = generateRandomString(64, "a-z", "A-Z");
      return { key, hash: await defaultKeyHasher(key), id: generateRandomString(32, "a-z", "A-Z", "0-9"), owner: ownerOf(index + 1) };
    }),
  );

/** @type {(index: number) => string} An owner a key: with secondary storage each verification reads the owner's whole list of keys. */
const ownerOf = (index) => `owner-${index}`;

/** @type {<Item>(items: Item[]) => Item[][]} */
const chunksOf = (items) => Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, index) => items.slice(index * chunkSize, (index + 1) * chunkSize));
