import { expect, it } from "vitest";
import { createHistogram } from "./histogram.ts";

it("counts each duration in its bucket and in all that are wider, in seconds", () => {
  const histogram = createHistogram();
  for (const ms of [0.25, 0.3, 7, 60_000]) histogram.observe(ms);
  const samples = histogram.samples({ engine: "store" });
  const bucket = (le: string) => samples.find(({ labels, suffix }) => suffix === "_bucket" && labels["le"] === le)?.value;
  expect(["0.00025", "0.0005", "0.005", "0.01", "10", "+Inf"].map(bucket)).toEqual([1, 2, 2, 3, 3, 4]);
  expect(samples.slice(-2)).toEqual([
    { labels: { engine: "store" }, value: 60.00755, suffix: "_sum" },
    { labels: { engine: "store" }, value: 4, suffix: "_count" },
  ]);
});

it("says nothing of what has not happened", () => {
  expect(createHistogram().samples({})).toEqual([]);
});
