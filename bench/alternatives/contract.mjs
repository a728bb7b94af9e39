import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";

/**
 * @typedef {{ valid: boolean, keyId?: string, code?: string }} Verdict
 * @typedef {(key: string) => Promise<Verdict>} Verify
 * @typedef {{ keys: readonly string[], verify: Verify, listener?: import("node:http").RequestListener }} Alternative `listener` stands in for the bare one.
 */

/** @type {(name: string, fallback?: string) => string} */
export const setting = (name, fallback) => {
  const value = process.env[name] ?? fallback;
  if (value === undefined || value === "") throw new Error(`The environment has no ${name}.`);
  return value;
};

/** @type {(name: string, fallback: number) => number} A whole number, zero or more. */
const wholeNumber = (name, fallback) => {
  const text = setting(name, String(fallback));
  if (!/^\d+$/.test(text)) throw new Error(`${name} is a whole number, not ${JSON.stringify(text)}.`);
  return Number(text);
};

export const keyCount = () => {
  const count = wholeNumber("KEYS", 10_000);
  if (count === 0) throw new Error("KEYS is 1 or more.");
  return count;
};

/** @type {(fallback: number) => number} */
export const measuredSeconds = (fallback) => wholeNumber("SECONDS", fallback);

/** @type {(reason: unknown) => never} Whoever runs a variant sees one sentence, and never a figure of a variant that is not whole. */
export const fail = (reason) => {
  console.error(reason instanceof Error ? reason.message || reason.name : String(reason));
  process.exit(1);
};

/** @type {(prepare: () => Promise<Alternative>) => Promise<void>} Prepares, proves, serves, until SIGTERM. */
export const serve = async (prepare) => {
  try {
    const requestsFile = setting("REQUESTS_FILE");
    const { keys, verify, listener = bareListener(verify) } = await prepare();
    await prove(keys, verify);
    // Callers keep their connections between rounds; Node's five seconds would close one just as it is used again.
    const server = createServer({ keepAliveTimeout: 600_000 }, listener).listen(wholeNumber("PORT", 0), "127.0.0.1");
    await once(server, "listening");
    process.once("SIGTERM", () => process.exit(0));
    await writeFile(requestsFile, JSON.stringify(requestsOf(keys)));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    console.log(JSON.stringify({ port: address.port }));
  } catch (error) {
    fail(error);
  }
};

/** @type {(keys: readonly string[], verify: Verify) => Promise<void>} The last key is one that was written in bulk; a copy of it with another last character was never written. */
export const prove = async (keys, verify) => {
  const key = keys.at(-1) ?? "";
  const first = await verify(key);
  if (!first.valid) throw new Error(`A prepared key does not verify: ${first.code}.`);
  const stranger = await verify(`${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`);
  if (stranger.valid) throw new Error("A key that was never issued verifies.");
};

/** @type {(keys: readonly string[]) => object} */
const requestsOf = (keys) => ({
  path: "/verify",
  headers: { "content-type": "application/json" },
  bodies: keys.map((key) => JSON.stringify({ key })),
});

/** @type {(verify: Verify) => import("node:http").RequestListener} No framework, so that what is measured is the verification. */
const bareListener = (verify) => (request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    answer(verify, text).then(
      ({ status, body }) => response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body),
      fail,
    );
  });
};

/** @type {(verify: Verify, text: string) => Promise<{ status: number, body: string }>} */
const answer = async (verify, text) => {
  const key = keyOf(text);
  if (key === undefined) return { status: 400, body: '{"valid":false,"code":"MALFORMED"}' };
  return { status: 200, body: JSON.stringify(await verify(key)) };
};

/** @type {(text: string) => string | undefined} */
const keyOf = (text) => {
  try {
    const key = JSON.parse(text)?.key;
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
};
