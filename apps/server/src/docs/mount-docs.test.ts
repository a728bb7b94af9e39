import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { errorCodes } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { createStubApp } from "../testing/stub-app.ts";

const guidesFolder = fileURLToPath(new URL("../../../../", import.meta.url));
const { app } = createStubApp({ guidesFolder });

/** The sources of one directive of a policy. */
const sourcesOf = (policy: unknown, directive: string): readonly string[] =>
  String(policy)
    .split(";")
    .map((part) => part.trim().split(" "))
    .find(([name]) => name === directive)
    ?.slice(1) ?? [];

describe("/openapi.json", () => {
  it("is the document, for everybody", async () => {
    const answer = await app.inject("/openapi.json");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(answer.json()).toMatchObject({ openapi: "3.1.0", info: { version: "0.0.0" } });
  });
});

describe("/docs/api", () => {
  it("is a page of our own origin alone: its policy allows no other", async () => {
    const { statusCode, headers, body } = await app.inject("/docs/api");
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).not.toMatch(/https?:\/\//);
    const policy = headers["content-security-policy"];
    expect(String(policy)).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(sourcesOf(policy, "default-src")).toEqual(["'none'"]);
    expect(sourcesOf(policy, "connect-src")).toEqual(["'self'"]);
  });

  it("allows its one inline script by its hash", async () => {
    const { headers, body } = await app.inject("/docs/api");
    const inline = [...body.matchAll(/<script(?![^>]*src)[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text ?? "");
    expect(inline).toHaveLength(1);
    const hashes = inline.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    expect(sourcesOf(headers["content-security-policy"], "script-src")).toEqual(["'self'", ...hashes]);
    expect(body).toContain('src="/docs/reference.js"');
    expect(body).toMatch(/<noscript>.*href="\/docs\/permissions#by-endpoint".*href="\/docs"/s);
    for (const setting of ['"withDefaultFonts": false', '"telemetry": false', '"hideClientButton": true', '"url": "/openapi.json"'])
      expect(body).toContain(setting);
  });

  it("serves its script small, and not again to whom has it", async () => {
    const url = "/docs/reference.js";
    const small = await app.inject({ url, headers: { "accept-encoding": "gzip, br" } });
    const plain = await app.inject({ url });
    expect(small.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, no-cache",
      vary: "accept-encoding",
    });
    expect(plain.headers).not.toHaveProperty("content-encoding");
    expect(gunzipSync(small.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    const again = await app.inject({ url, headers: { "if-none-match": String(plain.headers["etag"]) } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });
});

describe("/docs/errors", () => {
  it("has a place for the type of every problem", async () => {
    const { statusCode, headers, body } = await app.inject("/docs/errors");
    expect(statusCode).toBe(200);
    for (const code of errorCodes) expect(body).toContain(`id="${code}"`);
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? "";
    expect(sourcesOf(headers["content-security-policy"], "style-src")).toEqual([`'sha256-${createHash("sha256").update(style).digest("base64")}'`]);
  });
});
