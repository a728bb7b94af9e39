import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { createStubApp } from "../../testing/stub-app.ts";
import { loadSite, type Site } from "./load-site.ts";
import { arrangeGuides } from "./site-map.ts";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const { app } = createStubApp({ guidesFolder: root });
const elsewhere = ["/docs/api", "/openapi.json", "/docs/search"];

let site: Site;
let pages: readonly (readonly [path: string, html: string])[];
beforeAll(async () => {
  site = await loadSite(root);
  pages = [...site.assets].filter(([, { policy }]) => policy !== undefined).map(([path, { plain }]) => [path, plain.toString()]);
});

const idsOf = (html: string): readonly string[] => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? "");
const attributes = (html: string, name: string): readonly string[] =>
  [...html.matchAll(new RegExp(`<[^>]+ ${name}="([^"]*)"`, "g"))].map(([, value]) => value ?? "");

describe("the guides, as they are in the repository", () => {
  it("are all there, each with a title of its own, in the list of every page", () => {
    expect(pages.length).toBeGreaterThan(35);
    const titles = pages.map(([, html]) => /<title>(.+) · Keywright<\/title>/.exec(html)?.[1]);
    expect(new Set(titles).size).toBe(pages.length);
    const [, start = ""] = pages.find(([path]) => path === "/docs") ?? [];
    const list = attributes(start.slice(start.indexOf('<nav class="pages"')), "href");
    expect(list.toSorted()).toEqual([...pages.map(([path]) => path), "/docs/api"].toSorted());
  });

  it("lead nowhere where nothing is: every link, every anchor, every picture and every name of a source", () => {
    const anchors = new Map(pages.map(([path, html]) => [path, new Set(idsOf(html))]));
    const leads = (page: string, href: string): boolean => {
      const [path, anchor] = href.split("#");
      const target = path === "" ? page : (path ?? "");
      if (anchor !== undefined) return anchors.get(target)?.has(anchor) === true;
      return site.assets.has(target) || elsewhere.includes(target);
    };
    const brokenOn = ([page, html]: (typeof pages)[number]): readonly string[] => [
      ...attributes(html, "href").filter((href) => !/^https?:/.test(href) && !leads(page, href)),
      ...attributes(html, "src").filter((source) => !site.assets.has(source)),
      ...attributes(html, "title").filter((title) => !isThere(title.replace("In the source: ", ""))),
    ];
    const broken = pages.flatMap((page) => brokenOn(page).map((place) => `${page[0]}: ${place}`));
    expect(broken).toEqual([]);
  });

  it("have no two places of one name", () => {
    for (const [path, html] of pages) expect([path, new Set(idsOf(html)).size]).toEqual([path, idsOf(html).length]);
  });
});

const isThere = (path: string): boolean => statSync(join(root, path), { throwIfNoEntry: false }) !== undefined;

describe("every page, as it is served", () => {
  it("is HTML that runs nothing and loads nothing foreign, under a policy that says so", async () => {
    for (const [path] of pages) {
      const { statusCode, headers, body } = await app.inject(path);
      expect([path, statusCode, headers["content-type"]]).toEqual([path, 200, "text/html; charset=utf-8"]);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/);
      expect(body).not.toMatch(/<script|<iframe|<object|<style[^>]*>[^<]*(?:@import|url\()|\sstyle="|\son[a-z]+="/i);
      expect(attributes(body, "src").filter((source) => !source.startsWith("/docs/"))).toEqual([]);
      expect(body).toMatch(/^<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport"/);
      expect(body.match(/<h1[ >]/g)).toHaveLength(1);
      expect(body).not.toMatch(/<th[^>]*><\/th>/);
    }
  });

  it("marks itself in the list, and leads on", async () => {
    const { body } = await app.inject("/docs/quick-start");
    expect(body.match(/aria-current="page"/g)).toHaveLength(1);
    expect(body).toContain('<a href="/docs/quick-start" aria-current="page">Quick start</a>');
    expect(body).toContain('<a href="/docs/concepts">Concepts</a> →');
  });

  it("is sent small, and not again to whom has it", async () => {
    const small = await app.inject({ url: "/docs/running", headers: { "accept-encoding": "gzip" } });
    expect(small.headers).toMatchObject({ "content-encoding": "gzip", "cache-control": "public, no-cache", vary: "accept-encoding" });
    const again = await app.inject({ url: "/docs/running", headers: { "if-none-match": String(small.headers["etag"]) } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });
});

describe("what the guides lead to", () => {
  it.each([
    ["/docs/ops/gateways/nginx/nginx.conf", "ops/gateways/nginx/nginx.conf", "text/plain; charset=utf-8"],
    ["/docs/keywright.config.schema.json", "docs/keywright.config.schema.json", "application/json; charset=utf-8"],
    ["/docs/charts/alternatives.svg", "docs/charts/alternatives.svg", "image/svg+xml; charset=utf-8"],
    ["/docs/images/keys.png", "docs/images/keys.png", "image/png"],
    ["/docs/project/license", "LICENSE", "text/plain; charset=utf-8"],
  ])("is the file itself: %s", async (path, file, type) => {
    const { statusCode, headers, rawPayload } = await app.inject(path);
    expect([statusCode, headers["content-type"], headers["x-content-type-options"]]).toEqual([200, type, "nosniff"]);
    expect(rawPayload.equals(readFileSync(join(root, file)))).toBe(true);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });

  it.each([
    ["/docs/", "/docs"],
    ["/docs/running/", "/docs/running"],
    ["/docs/running.md", "/docs/running"],
    ["/docs/verification/README.md", "/docs/verification"],
    ["/docs/api/", "/docs/api"],
  ])("is found also at %s", async (path, location) => {
    expect(await app.inject(path)).toMatchObject({ statusCode: 301, headers: { location } });
  });
});

describe("a path at which there is nothing", () => {
  it.each(["/docs/vault", "/docs/%3Cscript%3E", "/docs/..%2F..%2Fpackage.json", "/docs/openapi.json/x"])("is a page that helps: %s", async (path) => {
    const { statusCode, headers, body } = await app.inject(path);
    expect([statusCode, headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(body).toContain("There is no such page");
    expect(body).not.toContain("<script");
    expect(body).toContain('<a href="/docs/quick-start">');
  });

  it("names the pages that are like it", async () => {
    const { body } = await app.inject("/docs/trouble/troubleshooting-guide");
    const guess = body.slice(body.indexOf("Perhaps one of these"), body.indexOf("All pages are in the list"));
    expect(guess).toContain('<a href="/docs/troubleshooting">Troubleshooting</a>');
  });

  it("says so where the guides were not laid beside the server", async () => {
    const { statusCode, body } = await createStubApp({ guidesFolder: join(root, "nowhere") }).app.inject("/docs");
    expect([statusCode, body.includes("npm run build")]).toEqual([404, true]);
  });
});

describe("the search", () => {
  it("finds an error's code where its cause and cure are", async () => {
    const { statusCode, body } = await app.inject("/docs/search?q=cross_site_request");
    expect(statusCode).toBe(200);
    expect(body).toContain('<a href="/docs/troubleshooting#CROSS_SITE_REQUEST">Troubleshooting: CROSS_SITE_REQUEST</a>');
    expect(body).toContain('<a href="/docs/errors#CROSS_SITE_REQUEST">');
  });

  it("shows what was asked as text, and asks for a word where there was none", async () => {
    const { body } = await app.inject(`/docs/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(body).not.toContain("<script");
    expect(body).toContain("Nothing has all of these words");
    expect((await app.inject("/docs/search?q=%E0%A4%A")).statusCode).toBe(200);
    expect((await app.inject("/docs/search")).body).toContain("Type a word");
  });
});

describe("the order of the site", () => {
  it("has every guide once: one that nobody has placed stands among the project's", () => {
    const sections = arrangeGuides(["docs/new.md", "docs/adr/0002-b.md", "docs/adr/0001-a.md", "docs/sdk.md", "SECURITY.md"]);
    expect(sections).toEqual([
      { title: "Guard an API", guides: ["docs/sdk.md"] },
      { title: "Decisions", guides: ["docs/adr/0001-a.md", "docs/adr/0002-b.md"] },
      { title: "The project", guides: ["SECURITY.md", "docs/new.md"] },
    ]);
  });
});
