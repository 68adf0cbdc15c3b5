// Progress, on stderr only: stdout belongs to the command (`--json`).

const HEARTBEAT_MS = 10_000;

/** Every heartbeat for a minute, then every third. */
const isDue = (/** @type {number} */ beat) => beat <= 6 || beat % 3 === 0;

/** A failure and how to fix it. Printed without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} what what is wrong
   * @param {string} [fix] what the user can do about it
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
 * Runs one step between progress lines, with heartbeats while it takes long.
 * @template T
 * @param {string} what the step, and its size or duration
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const start = Date.now();
  say(`${what} ...`);
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
    if (isDue(beats)) say(`${what}: still running, ${elapsed(start)}`);
  }, HEARTBEAT_MS);
  try {
    const result = await work();
    say(`${what}: done in ${elapsed(start)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
