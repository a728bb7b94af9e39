import type { KeyRecord } from "./ports/key-records.ts";

/**
 * Records by their marks: open addressing, a record in the first free slot from the one that its mark begins at. The marks lie in one array of numbers, so
 * that a record is found with one fetch from memory beside its own; a map of texts fetches the text as well (`docs/adr/0025-records-by-numbers.md`).
 */
export interface RecordTable {
  readonly size: number;
  get(mark: string): KeyRecord | undefined;
  /** In place of the one that has this mark, if there is one. */
  set(mark: string, record: KeyRecord): void;
  delete(mark: string): void;
  /** Removes one: the first from where the last turn ended that was not used since it last had its turn, or the one that this looked at last. Never the one with this mark, unless there is no other. */
  removeUnused(except: string): void;
}

/** Numbers of a mark that are kept: 128 bits, which no two texts share by chance. */
const words = 4;
const firstSlots = 64;
/** Records that one removal looks at at most. */
const maxTurns = 64;

interface State {
  /** A power of two. */
  slots: number;
  /** `words` numbers a slot; what they are in a free one means nothing. */
  marks: Int32Array;
  records: (KeyRecord | undefined)[];
  size: number;
  /** The slot whose turn is next. */
  hand: number;
}

export const createRecordTable = (): RecordTable => {
  const state: State = { ...emptySlots(firstSlots), size: 0, hand: 0 };
  return {
    get size() {
      return state.size;
    },
    get: (mark) => state.records[slotOf(state, mark)],
    set: (mark, record) => {
      let slot = slotOf(state, mark);
      if (state.records[slot] === undefined) {
        if (isCrowded(state)) {
          grow(state);
          slot = slotOf(state, mark);
        }
        for (let word = 0; word < words; word++) state.marks[slot * words + word] = wordOf(mark, word);
        state.size += 1;
      }
      state.records[slot] = record;
    },
    delete: (mark) => {
      const slot = slotOf(state, mark);
      if (state.records[slot] !== undefined) free(state, slot);
    },
    removeUnused: (except) => {
      if (state.size > 0) free(state, unusedSlot(state, except));
    },
  } satisfies RecordTable;
};

const emptySlots = (slots: number): Pick<State, "slots" | "marks" | "records"> => ({
  slots,
  marks: new Int32Array(slots * words),
  records: new Array<KeyRecord | undefined>(slots).fill(undefined),
});

/** Four characters of one byte each. */
const wordOf = (mark: string, word: number): number =>
  mark.charCodeAt(word * 4) | (mark.charCodeAt(word * 4 + 1) << 8) | (mark.charCodeAt(word * 4 + 2) << 16) | (mark.charCodeAt(word * 4 + 3) << 24);

/** The slot that has this mark, or the free one where it would be. A third of the slots are free, so that there always is one, and near. */
const slotOf = ({ slots, marks, records }: State, mark: string): number => {
  const [first, second, third, fourth] = [wordOf(mark, 0), wordOf(mark, 1), wordOf(mark, 2), wordOf(mark, 3)];
  for (let slot = first & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
    const at = slot * words;
    const isIt = marks[at] === first && marks[at + 1] === second && marks[at + 2] === third && marks[at + 3] === fourth;
    if (isIt || records[slot] === undefined) return slot;
  }
};

const isCrowded = ({ size, slots }: State): boolean => (size + 1) * 3 > slots * 2;

const grow = (state: State): void => {
  const { slots, marks, records } = state;
  Object.assign(state, emptySlots(slots * 2), { hand: 0 });
  for (let slot = 0; slot < slots; slot++) {
    if (records[slot] !== undefined) copySlot([{ marks, records }, slot], [state, freeSlot(state, homeOf(marks, slot, state.slots))]);
  }
};

const freeSlot = ({ slots, records }: State, home: number): number => {
  let slot = home;
  while (records[slot] !== undefined) slot = (slot + 1) & (slots - 1);
  return slot;
};

type Place = readonly [slots: Pick<State, "marks" | "records">, slot: number];

const copySlot = ([from, slot]: Place, [to, toSlot]: Place): void => {
  for (let word = 0; word < words; word++) to.marks[toSlot * words + word] = from.marks[slot * words + word] ?? 0;
  to.records[toSlot] = from.records[slot];
};

/** The slot that the mark of a slot begins at. */
const homeOf = (marks: Int32Array, slot: number, slots: number): number => (marks[slot * words] ?? 0) & (slots - 1);

/** A free slot ends the search for a mark: those behind it that are not where their marks begin move up. */
const free = (state: State, slot: number): void => {
  const { slots, marks, records } = state;
  const last = slots - 1;
  let gap = slot;
  for (let next = (gap + 1) & last; records[next] !== undefined; next = (next + 1) & last) {
    if (((next - homeOf(marks, next, slots)) & last) < ((next - gap) & last)) continue;
    copySlot([state, next], [state, gap]);
    gap = next;
  }
  records[gap] = undefined;
  state.size -= 1;
};

const unusedSlot = (state: State, except: string): number => {
  const kept = state.size > 1 ? slotOf(state, except) : undefined;
  for (let turn = 0; ; state.hand = (state.hand + 1) & (state.slots - 1)) {
    const { hand } = state;
    const record = state.records[hand];
    if (record === undefined || hand === kept) continue;
    turn += 1;
    if (!record.isUsed || turn >= maxTurns) return hand;
    record.isUsed = false;
  }
};
