import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStubApp } from "../testing/stub-app.ts";

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Keywright</title>");
  await writeFile(join(folder, "theme.js"), "1");
  await writeFile(join(folder, "assets/index-1a2b.js"), "const a = 1;");
  await writeFile(join(folder, "assets/index-1a2b.js.gz"), gzipSync("const a = 1;"));
  await writeFile(join(folder, "assets/index-1a2b.js.br"), "(brotli)");
  app = createStubApp({ pagesFolder: folder }).app;
});

afterAll(() => rm(folder, { recursive: true }));

describe("the pages", () => {
  it("are where one arrives", async () => {
    expect(await app.inject("/")).toMatchObject({ statusCode: 302, headers: { location: "/dashboard" } });
  });

  it.each(["/sign-in", "/invitations/accept", "/reset-password", "/verify-email"])("are where the link of a mail to %s leads", async (path) => {
    expect(await app.inject(path)).toMatchObject({ statusCode: 302, headers: { location: `/dashboard${path}` } });
  });

  it.each(["/dashboard", "/dashboard/", "/dashboard/settings/developers/api-keys?status=active", "/dashboard/a.b/c", "/dashboard/..%2F..%2Fetc/passwd"])(
    "are the one page at %s, under a policy that lets nothing foreign in",
    async (url) => {
      const { statusCode, headers, body } = await app.inject(url);
      expect([statusCode, headers["content-type"], body]).toEqual([200, "text/html; charset=utf-8", "<!doctype html><title>Keywright</title>"]);
      expect(headers).toMatchObject({ "cache-control": "no-cache", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(headers).toMatchObject({ "cross-origin-opener-policy": "same-origin", "x-frame-options": "DENY" });
      const policy = String(headers["content-security-policy"]);
      for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
        expect(policy).toContain(part);
      expect(policy).not.toMatch(/unsafe|http|data:|\*/);
    },
  );

  it("keep a file that is named by its content for ever, and ask again about the others", async () => {
    const script = await app.inject("/dashboard/assets/index-1a2b.js");
    expect([script.body, script.headers["content-type"]]).toEqual(["const a = 1;", "text/javascript; charset=utf-8"]);
    expect(script.headers).toMatchObject({ "cache-control": "public, max-age=31536000, immutable", vary: "accept-encoding" });
    const { headers } = await app.inject("/dashboard/theme.js");
    expect(headers["cache-control"]).toBe("no-cache");
    const again = await app.inject({ url: "/dashboard/theme.js", headers: { "if-none-match": String(headers["etag"]) } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });

  it("are sent as they were compressed when they were built", async () => {
    const ask = (encoding: string) => app.inject({ url: "/dashboard/assets/index-1a2b.js", headers: { "accept-encoding": encoding } });
    expect((await ask("gzip, deflate, br")).headers["content-encoding"]).toBe("br");
    const zipped = await ask("gzip");
    expect([zipped.headers["content-encoding"], zipped.rawPayload.equals(gzipSync("const a = 1;"))]).toEqual(["gzip", true]);
    expect((await ask("identity")).headers["content-encoding"]).toBeUndefined();
  });

  it.each(["/dashboard/assets/gone.js", "/dashboard/assets/index-1a2b.js.br", "/dashboard/assets/..%2Findex.html", "/dashboardx"])(
    "are not what is answered at %s",
    async (url) => {
      expect((await app.inject(url)).json()).toMatchObject({ status: 404, code: "NO_SUCH_ENDPOINT" });
    },
  );

  it("take nothing but reading", async () => {
    for (const url of ["/", "/dashboard", "/dashboard/settings"]) {
      expect(await app.inject({ method: "POST", url })).toMatchObject({ statusCode: 405, headers: { allow: "GET, HEAD" } });
    }
  });

  it("say what is missing where they were not built", async () => {
    const { statusCode, headers, body } = await createStubApp({ pagesFolder: join(folder, "none") }).app.inject("/dashboard");
    expect([statusCode, headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(body).toContain("npm run build");
  });
});
