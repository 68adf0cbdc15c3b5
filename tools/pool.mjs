// Bounded concurrency.
import os from 'node:os';

/**
 * Does `work` for every item, at most `limit` of them concurrently, and starts them in order.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} work
 * @param {number} [limit] one per processor by default
 */
export async function forAll(items, work, limit = os.availableParallelism()) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
