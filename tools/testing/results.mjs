// What the events of Node's test runner come to: verdicts by suite and host.
import path from 'node:path';
import { inspect } from 'node:util';
import { inRoot } from '../setup/places.mjs';

/**
 * @typedef {object} Verdict
 * @property {string} suite
 * @property {string} host
 * @property {string} name
 * @property {'pass' | 'fail' | 'skip'} status
 * @property {string} why
 * @property {string[]} within the tests around it, inner first
 */

/**
 * @typedef {object} Event the fields of the runner's events that are used here
 * @property {string} name
 * @property {string} [file]
 * @property {number} nesting
 * @property {string | boolean} [skip]
 * @property {string | boolean} [todo]
 * @property {{duration_ms?: number, type?: string, error?: any}} [details]
 */

/** Hosts that a test file may name: `poll.wasmtime-p1.test.mjs`. */
const HOSTS = /\.(node|chromium|wasmtime|wasmtime-p1|wasmtime-p2|node-wasi|jco|native)$/;

/** Where the tests of a folder run that name no host. @type {Record<string, string>} */
const USUAL_HOST = { web: 'node', wasi: 'wasmtime', demos: 'node', '.': 'native' };

/**
 * The suite and host that a test file belongs to.
 * @param {string} file
 */
export function placeOf(file) {
  const relative = path.relative(inRoot('tests'), file).replace(/\.test\.mjs$/, '');
  const folder = path.dirname(relative);
  const base = path.basename(relative);
  if (folder === 'hosts' || folder === 'combinations') return { suite: 'conformance', host: base };
  const host = base.match(HOSTS)?.[1] ?? USUAL_HOST[folder] ?? 'node';
  const name = base.replace(HOSTS, '');
  return { suite: folder === '.' ? name : `${folder}/${name}`, host };
}

/** @param {any} error what the runner wraps a failure in */
function reason(error) {
  const cause = error?.cause ?? error;
  if (cause instanceof Error || typeof cause?.message === 'string') return cause.message;
  return typeof cause === 'string' ? cause : inspect(cause);
}

/** How much of a failure is told at once; the first lines say most. */
const TOLD_LINES = 40;

/** @param {string} text */
function indented(text) {
  const lines = text.split('\n');
  const more = lines.length - TOLD_LINES;
  const told = more > 0 ? [...lines.slice(0, TOLD_LINES), `(and ${more} more lines)`] : lines;
  return told.map((line) => `    ${line}`).join('\n');
}

/**
 * A verdict whose file is not known yet, and the nesting of the outermost test known to be around it.
 * @typedef {Omit<Verdict, 'suite' | 'host'> & {top: number}} Placeless
 */

export class Results {
  /** @type {Verdict[]} */
  verdicts = [];
  /** Files from which anything was heard. @type {Set<string>} */
  #heard = new Set();
  /** Nestings at which a test has ended since its parent began. @type {Set<number>} */
  #inner = new Set();
  /** Verdicts of the subtests of the test at the top that is being reported. @type {Placeless[]} */
  #pending = [];

  /**
   * Takes one event of the runner, which reports one file after another, inner tests first.
   * @param {string} type
   * @param {Event} data
   * @returns {string | undefined} what to tell the reader now
   */
  take(type, data) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      const message = /** @type {{message?: string}} */ (data).message ?? '';
      return message.trim() ? indented(message.trimEnd()) : undefined;
    }
    if (type !== 'test:pass' && type !== 'test:fail') return undefined;
    return this.#ended(type === 'test:pass', data);
  }

  /**
   * @param {boolean} passed
   * @param {Event} data
   */
  #ended(passed, data) {
    const { name, nesting, skip, details } = data;
    const hadSubtests = this.#inner.delete(nesting + 1);
    this.#inner.add(nesting);
    for (const inner of this.#pending.filter(({ top }) => top > nesting)) {
      inner.top = nesting;
      inner.within.push(name);
    }
    const ownFailure = !passed && details?.error?.failureType !== 'subtestsFailed';
    // A test with subtests is no test by itself, unless it failed by itself.
    if (!hadSubtests || ownFailure) {
      const status = !passed ? 'fail' : skip !== undefined ? 'skip' : 'pass';
      const why = passed ? (typeof skip === 'string' ? skip : '') : reason(details?.error);
      this.#pending.push({ name, status, why, within: [], top: nesting });
    }
    return nesting === 0 ? this.#fileEnded(passed, data) : undefined;
  }

  /**
   * A test at the top of a file has ended: its file is where all of it belongs. (The inner ones
   * name the file that called the runner, which may be a helper.)
   * @param {boolean} passed
   * @param {Event} data
   */
  #fileEnded(passed, { name, file = name, details }) {
    this.#heard.add(file);
    const { suite, host } = placeOf(file);
    const verdicts = this.#pending.map(({ top, ...verdict }) => ({ suite, host, ...verdict }));
    this.#pending = [];
    this.verdicts.push(...verdicts);
    const seconds = ((details?.duration_ms ?? 0) / 1000).toFixed(1);
    const title = `${passed ? 'ok    ' : 'FAILED'}  ${suite} on ${host}: ${name} (${seconds} s)`;
    const failed = verdicts.filter(({ status }) => status === 'fail');
    return [title, ...failed.map((one) => `    ${one.name}\n${indented(one.why)}`)].join('\n');
  }

  /**
   * A file that said nothing has not run, and that is a failure.
   * @param {string} file
   */
  expect(file) {
    if (this.#heard.has(file)) return;
    this.#failed(placeOf(file), 'the file', 'it did not run');
  }

  /**
   * A folder that should have test files and has none.
   * @param {string} suite
   */
  absent(suite) {
    this.#failed({ suite, host: '–' }, 'the suite', `there is no test file in tests/${suite}`);
  }

  /**
   * @param {{suite: string, host: string}} place
   * @param {string} name
   * @param {string} why
   */
  #failed(place, name, why) {
    this.verdicts.push({ ...place, name, status: 'fail', why, within: [] });
  }

  totals() {
    const count = (/** @type {string} */ status) =>
      this.verdicts.filter((verdict) => verdict.status === status).length;
    return { passed: count('pass'), failed: count('fail'), skipped: count('skip') };
  }
}
