// Progress, on stderr only: the standard output belongs to the command (`--json`).

const HEARTBEAT_MS = 10_000;

/** After a minute, one sign of life in three is enough. */
const isDue = (/** @type {number} */ beat) => beat <= 6 || beat % 3 === 0;

/** Something failed, and this is what to do about it. Printed without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} what what failed
   * @param {string} [fix] what the user can do
   */
  constructor(what, fix) {
    super(fix ? `${what}\n  What to do: ${fix}` : what);
    this.name = 'SetupError';
  }
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`[set-up] ${text}\n`);
}

/** @param {number} since a `Date.now()` */
export function elapsed(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Runs one step under a progress line, with signs of life while it takes long.
 * @template T
 * @param {string} what the step, and how big or long it is
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const start = Date.now();
  say(`${what} ...`);
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
    if (isDue(beats)) say(`${what}: still at it, ${elapsed(start)}`);
  }, HEARTBEAT_MS);
  try {
    const result = await work();
    say(`${what}: done in ${elapsed(start)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
