/**
 * One route of Express, guarded as GUARD says: by nothing, by a look-up and a limiter as many write them, by Keywright over HTTP, or by its engine in this
 * process.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createClient } from "@keywright/sdk";
import { createGuard } from "@keywright/sdk/express";
import express from "express";

const limit = 1_000_000;

/** A row by the key's hash, then a counter of this second, each with its round trip. */
const byHand = async () => {
  const { default: pg } = await import("pg");
  const { createClient: connectRedis } = await import("redis");
  const hashOf = (key) => createHash("sha256").update(key).digest("hex");
  const pool = new pg.Pool({ connectionString: process.env.HAND_DATABASE_URL, max: 10 });
  const redis = await connectRedis({ url: process.env.HAND_REDIS_URL }).connect();
  await pool.query(
    "create table keys (hash text primary key, id text not null, scopes text[] not null, enabled boolean not null default true, expires_at timestamptz)",
  );
  const hashes = JSON.parse(readFileSync(process.env.KEYS_FILE, "utf8")).map(hashOf);
  await pool.query("insert into keys (hash, id, scopes) select hash, 'key_' || hash, array['send_email'] from unnest($1::text[]) as hash", [hashes]);
  return async (request, response, next) => {
    const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
    const { rows } = await pool.query({ name: "find", text: "select id, scopes, enabled, expires_at from keys where hash = $1", values: [hashOf(key)] });
    const [found] = rows;
    if (!found?.enabled || (found.expires_at && found.expires_at < new Date())) return response.status(401).end();
    if (!found.scopes.includes("send_email")) return response.status(403).end();
    const counter = `limit:${found.id}:${Math.floor(Date.now() / 1000)}`;
    const [count] = await redis.multi().incr(counter).expire(counter, 2).exec();
    if (count > limit) return response.status(429).end();
    request.apiKey = found;
    next();
  };
};

const byKeywright = (keywright) => createGuard({ keywright, timeoutMs: 10_000 }).requireScopes("send_email");

const guards = {
  none: async () => (_request, _response, next) => next(),
  hand: byHand,
  remote: async () => byKeywright(createClient({ baseUrl: process.env.GUARD_AT, credential: process.env.GUARD_ROOT_KEY })),
  engine: async () => byKeywright(await (await import("@keywright/server")).openEngine()),
};

const app = express();
app.disable("x-powered-by");
app.get("/v1/emails", await guards[process.env.GUARD](), (_request, response) => {
  response.json({ valid: true });
});
const server = app.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
process.once("SIGTERM", () => process.exit(0));
