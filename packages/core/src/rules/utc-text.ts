import { monthOf, monthStartMs } from "./month.ts";

const minuteMs = 60_000;
const two = (value: number): string => String(value).padStart(2, "0");

/** A moment for people, such as `2030-01-31 12:05 UTC`. */
export const utcText = (atMs: number): string => {
  const month = monthOf(atMs);
  const minutes = Math.floor((atMs - monthStartMs(month)) / minuteMs);
  const day = Math.floor(minutes / 1_440);
  const date = `${Math.floor(month / 12)}-${two((month % 12) + 1)}-${two(day + 1)}`;
  return `${date} ${two(Math.floor((minutes % 1_440) / 60))}:${two(minutes % 60)} UTC`;
};
