import type { WebhookAnswer, WebhookMessage } from "@keywright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTracing, type Tracing, traceDeliveries } from "./tracing.ts";

const message: WebhookMessage = { url: "https://hooks.example.com/", secrets: [], id: "evt_1", type: "key.revoked", atMs: 0, data: {} };
const answer: WebhookAnswer = { problem: "none" };

describe("a delivery that is traced", () => {
  let tracing: Tracing | undefined;
  beforeAll(async () => {
    // Nobody listens there; what could not be sent is nobody's failure here.
    tracing = await openTracing({ endpoint: "http://127.0.0.1:9", headers: {}, serviceName: "keywright", ratio: 1 }, () => {});
  });
  afterAll(() => tracing?.close());

  it("tells its target of a span of its own, each attempt of another; outside there is none", async () => {
    const told: (string | undefined)[] = [];
    const send = async (): Promise<WebhookAnswer> => {
      await Promise.resolve();
      told.push(tracing?.headers()["traceparent"]);
      return answer;
    };
    const sender = traceDeliveries({ send, post: send }, tracing);
    expect(await Promise.all([sender.send(message), sender.post({ url: message.url, body: {} })])).toEqual([answer, answer]);
    for (const header of told) expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(new Set(told).size).toBe(2);
    expect(tracing?.headers()).toEqual({});
  });

  it("is sent as it is where nothing is traced", () => {
    const send = async (): Promise<WebhookAnswer> => answer;
    expect(traceDeliveries({ send, post: send }, undefined).send).toBe(send);
  });
});
