import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyWebhook, type WebhookRequest } from "./verify-webhook.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const nowMs = 1_614_265_330_000;

const failureOf = (request: WebhookRequest) =>
  verifyWebhook(request).then(
    () => undefined,
    (error: { code: string }) => error.code,
  );

const signed = (body: string, { id = "msg_1", timestamp = "1614265330", key = secret } = {}) => {
  const signature = createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
};

const event = JSON.stringify({ type: "key.revoked", timestamp: "2026-11-21T18:00:00.000Z", data: { id: "key_1" } });

/** The test vector of the specification: its body is signed, but is no event. */
const vector = {
  secret,
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  body: '{"test": 2432232314}',
  nowMs,
};

describe("a webhook", () => {
  it("of the specification's vector is signed; one character of it changed is not", async () => {
    expect(await failureOf(vector)).toBe("INVALID_PAYLOAD");
    expect(await failureOf({ ...vector, body: '{"test": 2432232315}' })).toBe("WRONG_SIGNATURE");
    expect(await failureOf({ ...vector, headers: { ...vector.headers, "webhook-id": "msg_other" } })).toBe("WRONG_SIGNATURE");
  });

  it("is read, from text or bytes, from an object or Headers", async () => {
    const expected = { id: "msg_1", type: "key.revoked", timestamp: "2026-11-21T18:00:00.000Z", data: { id: "key_1" } };
    expect(await verifyWebhook({ secret, headers: signed(event), body: event, nowMs })).toEqual(expected);
    expect(await verifyWebhook({ secret, headers: new Headers(signed(event)), body: new TextEncoder().encode(event), nowMs })).toEqual(expected);
  });

  it("may be signed with any of several secrets, and with several signatures", async () => {
    const other = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    expect(await verifyWebhook({ secret: [other, secret], headers: signed(event), body: event, nowMs })).toMatchObject({ id: "msg_1" });
    const headers = signed(event);
    const both = { ...headers, "webhook-signature": `v1a,junk v1,junk ${headers["webhook-signature"]}` };
    expect(await verifyWebhook({ secret, headers: both, body: event, nowMs })).toMatchObject({ id: "msg_1" });
    expect(await failureOf({ secret: other, headers, body: event, nowMs })).toBe("WRONG_SIGNATURE");
  });

  it("is refused when it is old, from the future, or says no time", async () => {
    for (const timestamp of ["1614265029", "1614265631", "soon", "1e9"]) {
      expect(await failureOf({ secret, headers: signed(event, { timestamp }), body: event, nowMs })).toBe("OUT_OF_TIME");
    }
    expect(await failureOf({ secret, headers: signed(event, { timestamp: "1614265030" }), body: event, nowMs })).toBeUndefined();
  });

  it("is refused without one of its headers", async () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
      expect(await failureOf({ secret, headers: { ...signed(event), [name]: undefined }, body: event, nowMs })).toBe("MISSING_HEADER");
    }
  });

  it("is refused when its signature is another kind or too many to look at", async () => {
    const { "webhook-signature": right, ...headers } = signed(event);
    for (const text of [right.replace("v1,", "v2,"), right.slice(3), "v1,", `${"v1,x ".repeat(16)}${right}`]) {
      expect(await failureOf({ secret, headers: { ...headers, "webhook-signature": text }, body: event, nowMs })).toBe("WRONG_SIGNATURE");
    }
  });
});
