import "./production.mjs";
import { createHash, randomBytes } from "node:crypto";
import express from "express";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { fail, keyCount, serve } from "./contract.mjs";
import { openPool, openRedis } from "./engines.mjs";

const schema = `create table api_keys (
  id bigint primary key generated always as identity,
  digest bytea not null unique,
  owner text not null,
  revoked_at timestamptz,
  expires_at timestamptz
)`;
const insertKeys = "insert into api_keys (digest, owner) select digest, 'owner-' || row from unnest($1::bytea[]) with ordinality as given (digest, row)";
/** Named, so that PostgreSQL parses and plans it once a connection. */
const findKey = { name: "key-by-digest", text: "select id, revoked_at, expires_at from api_keys where digest = $1" };

const malformed = { valid: false, code: "MALFORMED" };

/** @type {(key: string) => Buffer} */
const digestOf = (key) => createHash("sha256").update(key).digest();

/** @type {(limiter: RateLimiterRedis, id: string) => Promise<boolean>} The limiter tells a refusal by rejecting with what is left, and an outage with an error. */
const takeOne = async (limiter, id) => {
  try {
    await limiter.consume(id);
    return true;
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return false;
    throw reason;
  }
};

/** @type {(record: { revoked_at: Date | null, expires_at: Date | null } | undefined) => string | undefined} */
const refusalOf = (record) => {
  if (record === undefined) return "NOT_FOUND";
  if (record.revoked_at !== null) return "REVOKED";
  return record.expires_at !== null && record.expires_at.getTime() <= Date.now() ? "EXPIRED" : undefined;
};

/** @type {(verify: import("./contract.mjs").Verify) => import("node:http").RequestListener} */
const appWith = (verify) => {
  const app = express();
  // Neither is of use to a caller that posts a key, and the tag costs a hash of every reply.
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(express.json());
  app.post("/verify", async (request, response) => {
    const key = request.body?.key;
    if (typeof key === "string") response.json(await verify(key));
    else response.status(400).json(malformed);
  });
  // biome-ignore lint/complexity/useMaxParams: Express tells an error handler by its four parameters.
  app.use((error, _request, response, _next) => {
    if (error.type === "entity.parse.failed") response.status(400).json(malformed);
    else fail(error);
  });
  return app;
};

const prepare = async () => {
  const pool = openPool();
  const storeClient = await openRedis();
  const keys = Array.from({ length: keyCount() }, () => `key_${randomBytes(24).toString("base64url")}`);
  await pool.query(schema);
  await pool.query(insertKeys, [keys.map(digestOf)]);
  await pool.query("analyze api_keys");
  const limiter = new RateLimiterRedis({ storeClient, useRedisPackage: true, rejectIfRedisNotReady: true, keyPrefix: "limit", points: 1_000_000, duration: 1 });
  /** @type {import("./contract.mjs").Verify} */
  const verify = async (key) => {
    const { rows } = await pool.query({ ...findKey, values: [digestOf(key)] });
    const code = refusalOf(rows[0]);
    if (code !== undefined) return { valid: false, code };
    const { id } = rows[0];
    return (await takeOne(limiter, id)) ? { valid: true, keyId: id } : { valid: false, code: "RATE_LIMITED" };
  };
  return { keys, verify, listener: appWith(verify) };
};

await serve(prepare);
