// Reports the C++ conformance suite to Node's test runner: one subtest for each test of the suite,
// as it ends. See tests/conformance/harness.h for what the program prints.
import assert from 'node:assert/strict';
import { COMPLETE } from '../../tools/testing/complete.mjs';

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
 * Collects what the program prints.
 * @param {(verdict: Verdict) => void} onVerdict
 */
function listener(onVerdict) {
  /** @type {{last?: Verdict, closing?: Closing, strange: string[]}} */
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
  };
}

/**
 * Why the suite did not finish; nothing if it did.
 * @param {ReturnType<typeof listener>['heard']} heard
 * @param {import('./processes.mjs').Ended} ended
 */
function missing(heard, ended) {
  if (heard.closing && (ended.code === 0 || heard.closing.failed > 0)) return undefined;
  const end = ended.silent
    ? 'printed nothing for too long and was killed'
    : `ended with ${ended.signal ?? `exit code ${ended.code}`}`;
  const last = heard.last ? `${heard.last.id} ${heard.last.name}` : 'none';
  return [
    `the suite ${end}; the last test that ended: ${last}; the last output:`,
    ...heard.strange.slice(-20),
    ended.stderr,
  ].join('\n');
}

/**
 * Runs a program of the suite inside a test. With --verbose the program names each test on standard
 * error when the test begins, so the tail of that output names a test that hangs or crashes.
 * @param {import('node:test').TestContext} t
 * @param {import('./hosts.mjs').Run} run
 */
export async function reportSuite(t, run) {
  /** @type {Promise<void>[]} */
  const subtests = [];
  const { heard, onLine } = listener(({ id, name: title, status, why }) => {
    subtests.push(
      t.test(`${id}: ${title}`, (subtest) => {
        if (status === 'skip') subtest.skip(why);
        else assert.ok(status === 'pass', why);
      }),
    );
  });
  const ended = await run(['--verbose'], onLine, {});
  await Promise.all(subtests);
  await t.test(COMPLETE, () => {
    const why = missing(heard, ended);
    assert.ok(why === undefined, why);
    const counts = heard.closing;
    assert.equal(counts && counts.passed + counts.failed + counts.skipped, subtests.length);
    assert.notEqual(subtests.length, 0, 'the suite has no tests');
  });
}
