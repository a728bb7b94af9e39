import type { Results } from "./charts.ts";
import { type Costs, type Demand, predict } from "./model.ts";

const billion: Demand = { verificationsPerDay: 1e9, peakFactor: 3, keys: 10_000_000, activeKeys: 1_000_000, countsPerActiveKey: 24, busyPart: 0.6 };

/** The costs, from the committed results. */
const costsFrom = (results: Results): Costs => {
  const row = (results("verify").table ?? []).find(({ variant }) => variant === "Keywright, Redis") ?? {};
  const { figures } = results("capacity");
  const figure = (start: string): number => required(start, figures.find(({ what }) => what.startsWith(start))?.value);
  return {
    serverMicros: required("server µs", Number(row["server µs"])),
    redisMicros: required("Redis µs", Number(row["Redis µs"])),
    heapBytesPerRecord: figure("heap of a cached record"),
    redisBytesPerKey: figure("Redis memory of an active key"),
    postgresBytesPerKey: figure("PostgreSQL: rows of a key") + figure("PostgreSQL: their indexes"),
    postgresBytesPerActiveKey: figure("PostgreSQL: last use"),
    postgresBytesPerCount: figure("PostgreSQL: one row of counts"),
  };
};

const required = (what: string, value: number | undefined): number => {
  if (value === undefined || !Number.isFinite(value)) throw new Error(`The committed results do not say: ${what}.`);
  return value;
};

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const digits = (value: number): string => (value >= 100 ? whole(value) : String(Number(value.toPrecision(2))));
const bytes = (value: number): string => (value >= 1e9 ? `${digits(value / 1e9)} GB` : `${digits(value / 1e6)} MB`);

/** A billion verifications a day, as a table of Markdown. */
export const modelTable = (results: Results): string => {
  const costs = costsFrom(results);
  const found = predict(billion, costs);
  const rows = [
    ["verifications a second, mean", `${whole(billion.verificationsPerDay)} ÷ 86,400`, whole(found.meanPerSecond)],
    ["verifications a second, peak", `${billion.peakFactor} × mean`, whole(found.peakPerSecond)],
    ["processes, each with a core", `peak × ${digits(costs.serverMicros)} µs ÷ ${billion.busyPart}`, whole(found.processes)],
    ["cache of each process", `${whole(billion.activeKeys)} keys in use × ${digits(costs.heapBytesPerRecord)} bytes`, bytes(found.cacheBytesPerProcess)],
    ["Redis shards, each with a core", `peak × ${digits(costs.redisMicros)} µs ÷ ${billion.busyPart}`, whole(found.redisShards)],
    ["memory of each shard", `${whole(billion.activeKeys)} keys in use × ${digits(costs.redisBytesPerKey)} bytes ÷ shards`, bytes(found.redisBytesPerShard)],
    [
      "PostgreSQL: keys",
      `${whole(billion.keys)} keys × ${digits(costs.postgresBytesPerKey)} bytes + ${whole(billion.activeKeys)} in use × ${digits(costs.postgresBytesPerActiveKey)} bytes`,
      bytes(found.keyBytes),
    ],
    ["PostgreSQL: rows of counts a day", `${whole(billion.activeKeys)} keys in use × ${billion.countsPerActiveKey} hours`, whole(found.countsPerDay)],
    ["PostgreSQL: their size a day", `× ${digits(costs.postgresBytesPerCount)} bytes`, bytes(found.countBytesPerDay)],
  ];
  return ["| what | how | predicted |", "|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n");
};
