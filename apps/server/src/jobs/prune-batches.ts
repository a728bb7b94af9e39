const batch = 1_000;
const maxBatches = 100;

/**
 * Deletes a batch at a time, so that none holds its locks for long, until one is not full; answers how many rows. However many there are, a run
 * ends: a process that stops does not wait for all of them.
 */
export const pruneBatches = async (prune: (limit: number) => Promise<number>): Promise<number> => {
  let deleted = 0;
  for (let batches = 1; batches <= maxBatches; batches++) {
    const count = await prune(batch);
    deleted += count;
    if (count < batch) break;
  }
  return deleted;
};
