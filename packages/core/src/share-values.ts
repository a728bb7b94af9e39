/** Gives of equal values always the same one. `name` is what makes them equal. */
export type ShareValue<T> = (name: string, value: T) => T;

/**
 * Keeps one of equal values, so that a hundred thousand records do not each hold a copy of it. Begun anew when it is full: whoever has a value
 * goes on holding it.
 */
export const shareValues = <T>(maxValues: number): ShareValue<T> => {
  const values = new Map<string, T>();
  return (name, value) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    if (values.size >= maxValues) values.clear();
    values.set(name, value);
    return value;
  };
};
