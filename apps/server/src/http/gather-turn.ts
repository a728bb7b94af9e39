/**
 * Does the work for all that came in one turn of the event loop at its end: the processor then has the code and the tables for it at hand. And answers that wait for no engine leave together:
 * each one sent alone has to wake its client, which costs as much as the rest.
 */
export const gatherTurn = <Item>(work: (items: readonly Item[]) => void): ((item: Item) => void) => {
  let items: Item[] = [];
  const workOff = (): void => {
    const arrived = items;
    items = [];
    work(arrived);
  };
  return (item) => {
    if (items.push(item) === 1) setImmediate(workOff);
  };
};
