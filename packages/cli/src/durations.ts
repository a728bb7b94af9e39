/** Units from the largest to the smallest, in seconds. */
const units = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;
type Unit = keyof typeof units;

const unitNames = Object.keys(units) as readonly Unit[];
const pattern = new RegExp(`^${unitNames.map((unit) => `(?:(\\d{1,12})${unit})?`).join("")}$`);

/** What `parseDuration` accepts; completes "must be …". */
export const durationWords = "a duration such as 90d, 24h, 15m or 1h30m (w, d, h, m, s), or 0";

/** Seconds of a duration such as `90d`, `24h`, `15m`, `1h30m` or `0`; undefined for anything else. A number needs its unit. */
export const parseDuration = (text: string): number | undefined => {
  if (text === "0") return 0;
  const counts = text === "" ? null : pattern.exec(text);
  if (counts === null) return undefined;
  const seconds = unitNames.reduce((sum, unit, index) => sum + Number(counts[index + 1] ?? 0) * units[unit], 0);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
};

/** A spelling that `parseDuration` reads as the same seconds: `5400` is `1h30m`. Without weeks: `30d` says more than `4w2d`. */
export const formatDuration = (seconds: number): string => {
  const parts: string[] = [];
  let rest = seconds;
  for (const unit of unitNames.filter((name) => name !== "w")) {
    const count = Math.floor(rest / units[unit]);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * units[unit];
  }
  return parts.length === 0 ? "0" : parts.join("");
};
