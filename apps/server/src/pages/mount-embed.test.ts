import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStubApp } from "../testing/stub-app.ts";

const embedOrigins = ["https://app.example.com", "http://localhost:3000"];

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-embed-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Keywright</title>");
  await writeFile(join(folder, "embed.html"), "<!doctype html><title>API keys</title>");
  await writeFile(join(folder, "keywright-keys.js"), "1");
  app = createStubApp({ pagesFolder: folder, embedOrigins }).app;
});

afterAll(() => rm(folder, { recursive: true }));

describe("the page in the frame of another product's page", () => {
  it("may be framed by the operator's origins and no others, under the policy of every page", async () => {
    const { statusCode, headers, body } = await app.inject("/embed/keys");
    expect([statusCode, headers["content-type"], body]).toEqual([200, "text/html; charset=utf-8", "<!doctype html><title>API keys</title>"]);
    const policy = String(headers["content-security-policy"]);
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"])
      expect(policy.split("; ")).toContain(part);
    expect(policy.split("; ")).toContain("frame-ancestors https://app.example.com http://localhost:3000");
    expect(policy).not.toMatch(/unsafe|data:|\*/);
    expect(headers).not.toHaveProperty("x-frame-options");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-resource-policy": "cross-origin" });
  });

  it("has a script for the page around it, which any origin may load", async () => {
    const { statusCode, headers } = await app.inject("/embed/keywright-keys.js");
    expect([statusCode, headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
    expect(headers).toMatchObject({ "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "cache-control": "no-cache" });
  });

  it("is the only page that may be framed", async () => {
    for (const url of ["/dashboard", "/dashboard/settings/developers/api-keys", "/dashboard/embed.html", "/docs"]) {
      const { headers } = await app.inject(url);
      expect([url, String(headers["content-security-policy"])]).toEqual([url, expect.stringContaining("frame-ancestors 'none'")]);
      expect([url, headers["x-frame-options"]]).toEqual([url, expect.stringMatching(/^(?:DENY|SAMEORIGIN)$/)]);
    }
  });

  it("is not there where the operator names no origin, nor where it was not built", async () => {
    const off = createStubApp({ pagesFolder: folder }).app;
    const unbuilt = createStubApp({ pagesFolder: join(folder, "none"), embedOrigins }).app;
    for (const one of [off, unbuilt])
      for (const url of ["/embed/keys", "/embed/keywright-keys.js"])
        expect((await one.inject(url)).json()).toMatchObject({ status: 404, code: "NO_SUCH_ENDPOINT" });
  });

  it("takes nothing but reading, and what it is asked for besides", async () => {
    expect(await app.inject({ method: "POST", url: "/embed/keys" })).toMatchObject({ statusCode: 405, headers: { allow: "GET, HEAD" } });
    expect((await app.inject("/embed/other")).json()).toMatchObject({ status: 404 });
  });
});
