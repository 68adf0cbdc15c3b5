// The C++ conformance suite on one host, as tests of Node's runner: one subtest per test of the
// suite, as they end. See tests/conformance/harness.h for what the program prints.
import assert from 'node:assert/strict';
import { COMPLETE } from '../../tools/testing/complete.mjs';
import { HOSTS } from './hosts.mjs';

/** @typedef {{id: string, name: string, status: 'pass' | 'fail' | 'skip', why?: string}} Verdict */
/** @typedef {{passed: number, failed: number, skipped: number}} Closing */
/** @typedef {Verdict | Closing} Line */

/** @param {string} text @returns {Line | undefined} */
function parsed(text) {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What the program has said so far.
 * @param {(verdict: Verdict) => void} onVerdict
 */
function listener(onVerdict) {
  /** @type {{last?: Verdict, began?: string, closing?: Closing, strange: string[]}} */
  const heard = { strange: [] };
  return {
    heard,
    /** @param {string} text a line of its standard output */
    onLine(text) {
      const line = parsed(text);
      if (!line) {
        heard.strange.push(text);
      } else if ('id' in line) {
        heard.last = line;
        onVerdict(line);
      } else {
        heard.closing = line;
      }
    },
    /** @param {string} text a line of its standard error: with --verbose, the test that begins */
    onError(text) {
      heard.began = text;
    },
  };
}

/**
 * Why the suite did not come to its end; nothing if it did.
 * @param {ReturnType<typeof listener>['heard']} heard
 * @param {import('./processes.mjs').Ended} ended
 */
function missing(heard, ended) {
  if (heard.closing && (ended.code === 0 || heard.closing.failed > 0)) return undefined;
  const end = ended.silent
    ? 'said nothing any more and was ended'
    : `ended by ${ended.signal ?? `exit code ${ended.code}`}`;
  const last = heard.last ? `${heard.last.id} ${heard.last.name}` : 'none';
  return [
    `the suite ${end}; the last test that ended: ${last}; its last words:`,
    ...heard.strange.slice(-20),
    ended.stderr,
  ].join('\n');
}

/**
 * Runs the suite on a host of `HOSTS`, inside a test.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 */
export async function runSuite(t, name) {
  await reportSuite(t, await HOSTS[name].prepare('conformance'));
}

/**
 * Runs a program of the suite, inside a test.
 * @param {import('node:test').TestContext} t
 * @param {import('./hosts.mjs').Run} run
 */
export async function reportSuite(t, run) {
  /** @type {Promise<void>[]} */
  const subtests = [];
  const { heard, onLine, onError } = listener(({ id, name: title, status, why }) => {
    subtests.push(
      t.test(`${id}: ${title}`, (subtest) => {
        if (status === 'skip') subtest.skip(why);
        else assert.ok(status === 'pass', why);
      }),
    );
  });
  const ended = await run(['--verbose'], onLine, { onError });
  await Promise.all(subtests);
  await t.test(COMPLETE, () => {
    const why = missing(heard, ended);
    assert.ok(why === undefined, why);
    const told = heard.closing;
    assert.equal(told && told.passed + told.failed + told.skipped, subtests.length);
    assert.notEqual(subtests.length, 0, 'the suite has no tests');
  });
}
