import { describe, expect, it } from "vitest";
import { maxQueryLength, type Searchable, searchable, searchGuides } from "./search-guides.ts";

const passage = (anchor: string, heading: string, text: string): Searchable => searchable({ anchor, heading, text }, "/docs/a", "Redis");
const passages = [
  passage("b", "Backups", `${"Much is said before. ".repeat(20)}An old copy of the ledger is worse than none. ${"Much follows. ".repeat(20)}`),
  passage("l", "The ledger", "Live state and budgets."),
  passage("", "", "Nothing of this."),
];

describe("a search", () => {
  it("finds the passages that have all words, those first that have them in their heading", () => {
    expect(searchGuides(passages, "LEDGER").map(({ url }) => url)).toEqual(["/docs/a#l", "/docs/a#b"]);
    expect(searchGuides(passages, "  old   ledger ").map(({ url }) => url)).toEqual(["/docs/a#b"]);
    expect(searchGuides(passages, "ledger nowhere")).toEqual([]);
    expect(searchGuides(passages, " ")).toEqual([]);
  });

  it("shows the words round what it found", () => {
    const [found] = searchGuides(passages, "worse");
    expect(found?.excerpt).toMatch(/^… .*is worse than none\..* …$/);
    expect(found?.excerpt.length).toBeLessThan(170);
    expect(searchGuides(passages, "budgets redis")[0]?.excerpt).toBe("Live state and budgets.");
  });

  it("is bounded, however much is asked and however much is there", () => {
    const many = Array.from({ length: 500 }, (_, index) => passage(`${index}`, "h", "word"));
    expect(searchGuides(many, "word")).toHaveLength(20);
    expect(searchGuides(passages, `${" ".repeat(maxQueryLength)}nowhere ledger`)).toEqual([]);
    expect(searchGuides(many, "word ".repeat(10_000))).toHaveLength(20);
  });
});
