/** The same answer as `bare-http.mjs`, through Fastify with a schema for its writer. */
import Fastify from "fastify";

const reply = { type: "object", properties: { valid: { type: "boolean" }, code: { type: "string" }, length: { type: "integer" } } };
const app = Fastify();
app.post("/verify", { schema: { response: { 200: reply } } }, async ({ body }) => ({ valid: true, code: "VALID", length: body.key.length }));
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ port: app.server.address().port }));
