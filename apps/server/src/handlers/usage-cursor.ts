import { createHash } from "node:crypto";
import { AppError, type GroupPlace } from "@keywright/core";

const markOf = (place: string, asked: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([place, asked]))
    .digest("base64url")
    .slice(0, 16);

const cursorPattern = /^([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{16})$/;

/** Where a page of groups ended, with a mark of what was asked for, so that neither can be exchanged. */
export const toGroupCursor = ({ requests, values }: GroupPlace, asked: unknown): string => {
  const place = Buffer.from(JSON.stringify([requests, ...values])).toString("base64url");
  return `${place}.${markOf(place, asked)}`;
};

export const fromGroupCursor = (cursor: string | undefined, asked: unknown): GroupPlace | null => {
  if (cursor === undefined) return null;
  const [, place = "", mark] = cursorPattern.exec(cursor) ?? [];
  if (mark === undefined || mark !== markOf(place, asked)) throw new AppError("INVALID_CURSOR");
  const [requests, ...values] = readPlace(place);
  if (!Number.isSafeInteger(requests) || !values.every((value) => typeof value === "string")) throw new AppError("INVALID_CURSOR");
  return { requests: Number(requests), values };
};

const readPlace = (place: string): readonly unknown[] => {
  try {
    const read: unknown = JSON.parse(Buffer.from(place, "base64url").toString("utf8"));
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
};
