import { describe, expect, it } from "vitest";
import { committedDoc, committedResults, docsFrom } from "./write-docs.ts";

describe("what docs show of results", () => {
  const docs = Object.entries(docsFrom(committedResults));

  it.each(docs)("%s is drawn from the committed results", (path, content) => {
    expect(committedDoc(path)).toBe(content);
  });

  it("shows every chart on the page", () => {
    const page = committedDoc("docs/performance.md");
    for (const [path] of docs.filter(([name]) => name.endsWith(".svg"))) expect(page).toContain(`(${path.slice("docs/".length)})`);
  });
});
