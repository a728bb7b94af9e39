const dayMs = 86_400_000;
/** Days from 0000-03-01 to 1970-01-01. */
const epochShift = 719_468;

/** The calendar month (UTC) of a moment, as `year * 12 + (month - 1)`. */
export const monthOf = (atMs: number): number => civilOf(atMs).month;

/** The calendar day (UTC) of a moment, as people read it: `2026-11-22`. */
export const dateText = (atMs: number): string => {
  const { month, day } = civilOf(atMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${Math.floor(month / 12)}-${two((month % 12) + 1)}-${two(day)}`;
};

/** Civil-from-days of H. Hinnant, "chrono-compatible low-level date algorithms". */
const civilOf = (atMs: number): { readonly month: number; readonly day: number } => {
  const days = Math.floor(atMs / dayMs) + epochShift;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 2 : shifted - 10;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { month: (yearOfEra + era * 400 + (month <= 1 ? 1 : 0)) * 12 + month, day };
};

/** The first moment of a month counted as by `monthOf`. */
export const monthStartMs = (monthIndex: number): number => {
  const month = monthIndex % 12;
  const year = Math.floor(monthIndex / 12) - (month <= 1 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const shifted = month > 1 ? month - 2 : month + 10;
  const dayOfYear = Math.floor((153 * shifted + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - epochShift) * dayMs;
};
