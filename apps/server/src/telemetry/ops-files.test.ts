import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { metricTable } from "./metric-table.ts";

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../../../${file}`, import.meta.url)), "utf8");
const rules = read("ops/prometheus/alerts.yml");
const board = read("ops/grafana/keywright.json");

/** As GitHub makes them. */
const anchors = new Set(
  [...read("docs/troubleshooting.md").matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  ),
);

it("each alert rule has a runbook of its own", () => {
  const names = [...rules.matchAll(/- alert: (\w+)/g)];
  const runbooks = [...rules.matchAll(/runbook: docs\/troubleshooting\.md#(\S+)/g)].map(([, anchor = ""]) => anchor);
  expect(names).not.toEqual([]);
  expect(new Set(runbooks).size).toBe(names.length);
  expect(runbooks.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

it("rules and board name metrics of the table alone, and the board shows all of them", () => {
  const named = [...`${rules} ${board}`.matchAll(/keywright_\w+/g)].map(([name]) => name.replace(/_bucket$/, ""));
  expect([...new Set(named)].filter((name) => !(name in metricTable))).toEqual([]);
  expect(Object.keys(metricTable).filter((name) => !board.includes(name))).toEqual([]);
});
