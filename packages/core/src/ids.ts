import type { Random } from "./ports/random.ts";
import { encodeUuid } from "./rules/base62.ts";

export type IdKind = "key" | "sec" | "ten" | "mem" | "team" | "inv" | "emb" | "acc" | "aud" | "mov" | "prc" | "evt" | "whk" | "dlv" | "alr" | "mut" | "dig";

/** A new id: a prefix that says what it names, and a UUIDv7 in base62, so that ids sort by age. */
export const newId = (random: Random, kind: IdKind): string => `${kind}_${encodeUuid(random.uuidV7())}`;
