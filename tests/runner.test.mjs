// What `npm test` makes of the runner's events: no failure may get lost on the way to the summary.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inRoot } from '../tools/setup/places.mjs';
import { COMPLETE } from '../tools/testing/complete.mjs';
import { COLUMNS, matrixOf } from '../tools/testing/matrix.mjs';
import { Results } from '../tools/testing/results.mjs';

const NODE = inRoot('tests/hosts/node.test.mjs');
const WEB = inRoot('tests/web/some.test.mjs');

/** An event of the runner. */
function ended(type, name, nesting, file, more = {}) {
  return [`test:${type}`, { name, nesting, file, details: {}, ...more }];
}

const failed = (name, nesting, file, failureType = 'testCodeFailure') =>
  ended('fail', name, nesting, file, { details: { error: { failureType, cause: new Error('why') } } });

/** @param {any[][]} events */
function resultsOf(...events) {
  const results = new Results();
  for (const [type, data] of events) results.take(type, data);
  return results;
}

describe('the events', () => {
  test('count the innermost tests, and a test that failed by itself', () => {
    const results = resultsOf(
      ended('pass', 'C1: a', 1, NODE),
      failed('C2: b', 1, NODE),
      ended('pass', 'C3: c', 1, NODE, { skip: 'not here' }),
      failed('the suite', 0, NODE, 'subtestsFailed'),
      ended('pass', 'inner', 1, WEB),
      failed('its clean-up', 0, WEB, 'hookFailed'),
    );
    assert.deepEqual(results.totals(), { passed: 2, failed: 2, skipped: 1 });
  });

  test('of a file that said nothing are a failure', () => {
    const results = resultsOf(ended('pass', 'a', 0, NODE));
    results.expect(NODE);
    assert.equal(results.totals().failed, 0);
    results.expect(WEB);
    assert.equal(results.totals().failed, 1);
  });

  test('of a file that died are a failure of that file', () => {
    const results = resultsOf(failed(WEB, 0, undefined));
    assert.deepEqual(results.verdicts.map(({ suite }) => suite), ['web/some']);
  });
});

describe('the matrix', () => {
  const matrixAfter = (/** @type {any[][]} */ ...events) =>
    matrixOf(resultsOf(...events).verdicts, {}, true);

  test('holds a statement to be true only if all of its tests pass', () => {
    const matrix = matrixAfter(
      ended('pass', 'C1: a', 1, NODE),
      failed('C1: b', 1, NODE),
      ended('pass', COMPLETE, 1, NODE),
      failed('the suite', 0, NODE, 'subtestsFailed'),
    );
    assert.equal(matrix.C1.node, 'fail: why');
  });

  test('takes statements from a test and from those around it', () => {
    const matrix = matrixAfter(
      ended('pass', 'while it runs', 1, WEB),
      ended('pass', 'W4, W5: the loop', 0, WEB),
    );
    assert.equal(matrix.W4.node, 'pass');
    assert.equal(matrix.W5.node, 'pass');
  });

  test('has every column, and calls a suite that did not end failed', () => {
    const matrix = matrixAfter(
      ended('pass', 'C1: a', 1, NODE),
      ended('pass', COMPLETE, 1, NODE),
      ended('pass', 'the suite', 0, NODE),
    );
    assert.deepEqual(Object.keys(matrix.C1), COLUMNS);
    assert.match(matrix.C1.chromium, /^fail: the suite did not come to its end/);
  });
});
