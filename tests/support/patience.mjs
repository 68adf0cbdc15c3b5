import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';

/**
 * Shows what a program leaves that is ended by a time limit: how far it came depends on the machine.
 * Tries with a limit of `ms`, and then with longer ones until the program came far enough.
 * @template T
 * @param {number} ms
 * @param {(ms: number) => Promise<T>} attempt
 * @param {(result: T) => boolean} isEnough
 * @returns {Promise<T>} the last result
 */
export async function withGrowingLimit(ms, attempt, isEnough) {
  const result = await attempt(ms);
  if (isEnough(result) || ms > PROGRAM_HANGS_MS) return result;
  return withGrowingLimit(4 * ms, attempt, isEnough);
}
