// Collects the results of all test files into verdicts by suite and host.

/** @typedef {import('./reporter.mjs').Result} Result */

/**
 * @typedef {object} Verdict
 * @property {string} suite
 * @property {string} host
 * @property {string} name
 * @property {'pass' | 'fail' | 'skip'} status
 * @property {string} why
 * @property {string[]} within the names of the tests around it, innermost first
 */

/** How many lines of a failure are printed when it happens; the first lines say most. */
const MAX_LINES = 40;

/** @param {string} text */
export const firstLine = (text) => text.trim().split('\n')[0];

/** @param {string} text */
function indented(text) {
  const lines = text.split('\n');
  const more = lines.length - MAX_LINES;
  const kept = more > 0 ? [...lines.slice(0, MAX_LINES), `(and ${more} more lines)`] : lines;
  return kept.map((line) => `    ${line}`).join('\n');
}

/** @param {Verdict} verdict */
const failure = ({ name, why }) => `    ${name}\n${indented(why)}`;

/** Collects the results of one test file on one host. */
class Collector {
  #place;
  #verdicts;
  #count = 0;
  #failed = false;
  /** Nestings at which a test has ended since its parent began. @type {Set<number>} */
  #inner = new Set();
  /**
   * The verdicts of the current top-level test, each with the nesting of the outermost test known
   * to be around it.
   * @type {(Verdict & {top: number})[]}
   */
  #pending = [];

  /**
   * @param {{suite: string, host: string}} place
   * @param {Verdict[]} verdicts where they go
   */
  constructor({ suite, host }, verdicts) {
    this.#place = { suite, host };
    this.#verdicts = verdicts;
  }

  /**
   * Takes the result of a test. Those of the tests inside it have come before.
   * @param {Result} result
   * @returns {string | undefined} what to print now
   */
  take({ name, nesting, status, why, byItself, ms }) {
    const hadSubtests = this.#inner.delete(nesting + 1);
    this.#inner.add(nesting);
    for (const inner of this.#pending.filter(({ top }) => top > nesting)) {
      inner.top = nesting;
      inner.within.push(name);
    }
    // A test with subtests does not count by itself, unless it failed by itself.
    if (!hadSubtests || (status === 'fail' && byItself)) {
      this.#pending.push({ ...this.#place, name, status, why, within: [], top: nesting });
    }
    return nesting === 0 ? this.#topEnded(name, status, ms) : undefined;
  }

  /**
   * @param {string} name
   * @param {Result['status']} status
   * @param {number} ms
   */
  #topEnded(name, status, ms) {
    const verdicts = this.#pending.map(({ top, ...verdict }) => verdict);
    this.#pending = [];
    const failed = verdicts.filter((verdict) => verdict.status === 'fail');
    this.#count += verdicts.length;
    this.#failed ||= failed.length > 0;
    this.#verdicts.push(...verdicts);
    const { suite, host } = this.#place;
    const mark = status === 'fail' ? 'FAILED' : 'ok    ';
    const title = `${mark}  ${suite} on ${host}: ${name} (${(ms / 1000).toFixed(1)} s)`;
    return [title, ...failed.map(failure)].join('\n');
  }

  /**
   * Ends the file, which has failed if results are missing, if it ended badly without a failed
   * test, or if it has no tests.
   * @param {import('./run.mjs').End} end
   * @returns {string | undefined} what to print now
   */
  end({ complete, how }) {
    const why = this.#problem(complete, how);
    if (!why) return undefined;
    this.#verdicts.push(...this.#pending.map(({ top, ...verdict }) => verdict));
    /** @type {Verdict} */
    const verdict = { ...this.#place, name: 'the test file', status: 'fail', why, within: [] };
    this.#verdicts.push(verdict);
    return `FAILED  ${verdict.suite} on ${verdict.host}\n${failure(verdict)}`;
  }

  /** @param {boolean} complete @param {string} how */
  #problem(complete, how) {
    if (!complete) return `it ended with ${how} before all results came`;
    if (how !== 'exit code 0' && !this.#failed) return `it ended with ${how}, but no test failed`;
    return this.#count === 0 ? 'it has no tests' : undefined;
  }
}

export class Results {
  /** @type {Verdict[]} */
  verdicts = [];

  /** @param {{suite: string, host: string}} place */
  collector(place) {
    return new Collector(place, this.verdicts);
  }

  totals() {
    const count = (/** @type {string} */ status) =>
      this.verdicts.filter((verdict) => verdict.status === status).length;
    return { passed: count('pass'), failed: count('fail'), skipped: count('skip') };
  }
}
