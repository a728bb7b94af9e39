import type { ApiKey, KeyActivity } from "../model/key.ts";

/** By what a list of keys is in order. */
export type KeyOrder = "createdAt" | "name" | "lastUsedAt" | "expiresAt";

export interface KeySort {
  readonly by: KeyOrder;
  readonly isDescending: boolean;
}

export const newestFirst: KeySort = { by: "createdAt", isDescending: true };

/** What is sorted after every moment: a key without an end. */
export const neverEndsMs = Number.MAX_SAFE_INTEGER;
/** What is sorted before every moment: a key that was not used yet. */
export const neverUsedMs = -1;

/** Where one key stands in an order: by its value there, and among equals by its id. Ids rise with time, so that by creation the id is all. */
export interface KeyPlace {
  readonly id: string;
  readonly value: string | number;
}

export const keyPlaceOf = (key: ApiKey, { lastUsedAtMs }: KeyActivity, by: KeyOrder): KeyPlace => {
  const values = { createdAt: "", name: key.name.toLowerCase(), lastUsedAt: lastUsedAtMs ?? neverUsedMs, expiresAt: key.expiresAtMs ?? neverEndsMs };
  return { id: key.id, value: values[by] };
};

/** Names stand in the order of their characters' code points, which is that of their bytes in UTF-8. */
export const compareKeyPlaces = (a: KeyPlace, b: KeyPlace): number => compare(a.value, b.value) || compare(a.id, b.id);

const compare = (a: string | number, b: string | number): number => {
  if (typeof a === "number" || typeof b === "number") return Number(a) - Number(b);
  const [left, right] = [[...a], [...b]];
  for (const [index, char] of left.entries()) {
    const difference = (char.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

/** The `after` of a page that ends with this key. */
export const writeKeyPlace = ({ id, value }: KeyPlace, by: KeyOrder): string => (by === "createdAt" ? id : `${id}:${value}`);

/** What `writeKeyPlace` has written. */
export const readKeyPlace = (after: string, by: KeyOrder): KeyPlace => {
  if (by === "createdAt") return { id: after, value: "" };
  const at = after.indexOf(":");
  const value = after.slice(at + 1);
  return { id: after.slice(0, at), value: by === "name" ? value : Number(value) };
};

const numbered = /^key_[0-9A-Za-z]{22}:-?\d{1,16}$/;

/** What the `after` of each order looks like. */
export const keyPlacePatterns: Readonly<Record<KeyOrder, RegExp>> = {
  createdAt: /^key_[0-9A-Za-z]{22}$/,
  name: /^key_[0-9A-Za-z]{22}:.{0,400}$/su,
  lastUsedAt: numbered,
  expiresAt: numbered,
};
