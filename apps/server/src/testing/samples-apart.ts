/** How well one can tell of which of two samples a value is. */
export interface Apart {
  /** The chance that a value of the one is greater than one of the other (Mann and Whitney's U by the number of pairs): 0.5 where they are alike. */
  readonly chance: number;
  /** The greatest distance between their distributions (Kolmogorov and Smirnov's D): 0 where they are alike. */
  readonly distance: number;
}

export const samplesApart = (one: readonly number[], other: readonly number[]): Apart => {
  const values = [...new Set([...one, ...other])].toSorted((left, right) => left - right);
  const counts = (sample: readonly number[]) => {
    const byValue = new Map<number, number>();
    for (const value of sample) byValue.set(value, (byValue.get(value) ?? 0) + 1);
    return byValue;
  };
  const [ofOne, ofOther] = [counts(one), counts(other)];
  const sum = { one: 0, other: 0, wins: 0, distance: 0 };
  for (const value of values) {
    const [mine, theirs] = [ofOne.get(value) ?? 0, ofOther.get(value) ?? 0];
    sum.wins += mine * (sum.other + theirs / 2);
    sum.one += mine;
    sum.other += theirs;
    sum.distance = Math.max(sum.distance, Math.abs(sum.one / one.length - sum.other / other.length));
  }
  return { chance: sum.wins / (one.length * other.length), distance: sum.distance };
};
