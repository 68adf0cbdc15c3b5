// What `npm test` makes of the results of test files: no failure may be lost before the summary.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { COMPLETE } from '../tools/testing/complete.mjs';
import { COLUMNS, matrixOf } from '../tools/testing/matrix.mjs';
import { Results } from '../tools/testing/results.mjs';
import { runUnit } from '../tools/testing/run.mjs';
import { SHARES, sharesOf } from '../tools/testing/shares.mjs';
import { chosen, unitOf } from '../tools/testing/units.mjs';

const NODE = { suite: 'conformance', host: 'node' };
const WEB = { suite: 'web/some', host: 'node' };

const GOOD_END = { complete: true, how: 'exit code 0' };
const BAD_END = { complete: true, how: 'exit code 1' };

/** The result of a test. */
const passed = (name, nesting, more = {}) =>
  ({ name, nesting, status: 'pass', why: '', byItself: true, ms: 1, ...more });
const skipped = (name, nesting, why) => passed(name, nesting, { status: 'skip', why });
const failed = (name, nesting, byItself = true) =>
  passed(name, nesting, { status: 'fail', why: 'why', byItself });

/** Adds the results of one file. @param {Results} results */
function add(results, place, end, ...ofTests) {
  const collector = results.collector(place);
  for (const result of ofTests) collector.take(result);
  collector.end(end);
}

function resultsOf(place, end, ...ofTests) {
  const results = new Results();
  add(results, place, end, ...ofTests);
  return results;
}

describe('the results', () => {
  test('count the innermost tests, and a test that failed by itself', () => {
    const results = new Results();
    add(
      results,
      NODE,
      BAD_END,
      passed('C1: a', 1),
      failed('C2: b', 1),
      skipped('C3: c', 1, 'not here'),
      failed('the suite', 0, false),
    );
    add(results, WEB, BAD_END, passed('inner', 1), failed('its clean-up', 0));
    assert.deepEqual(results.totals(), { passed: 2, failed: 2, skipped: 1 });
  });

  /** @type {[string, any, any[]][]} */
  const bad = [
    ['has no tests', GOOD_END, []],
    ['ended before all results came', { complete: false, how: 'exit code 0' }, [passed('a', 0)]],
    ['was killed in a test', { complete: false, how: 'SIGKILL' }, [passed('a', 1)]],
    ['ended badly without a failed test', BAD_END, [passed('a', 0)]],
  ];
  for (const [what, end, ofTests] of bad) {
    test(`of a file that ${what} are a failure of that file`, () => {
      const { verdicts } = resultsOf(WEB, end, ...ofTests);
      const failures = verdicts.filter(({ status }) => status === 'fail');
      assert.deepEqual(failures.map(({ suite, name }) => [suite, name]), [['web/some', 'the test file']]);
    });
  }
});

describe('a test file', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-runner-'));
  before(() => fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}'));
  after(() => fs.rmSync(folder, { recursive: true }));

  /** @param {string} code @param {number} [silenceMs] */
  async function run(code, silenceMs) {
    const file = path.join(folder, 'some.test.mjs');
    fs.writeFileSync(file, `import { describe, test } from 'node:test';\n${code}`);
    const results = new Results();
    const collector = results.collector(WEB);
    /** @type {string[]} */
    const lines = [];
    const unit = { name: 'some', file, ...WEB, host: 'jco' };
    const take = (result) => collector.take(result);
    const end = await runUnit(unit, take, (line) => lines.push(line), silenceMs);
    collector.end(end);
    const verdicts = results.verdicts.map(({ name, status, why, within }) => [name, status, why, within]);
    return { verdicts, lines };
  }

  test('reports tests, skips and failures, and knows its host', async () => {
    const { verdicts, lines } = await run(`
      console.log(process.env.WASIO_TEST_HOST);
      describe('outer', () => {
        test('passes', () => {});
        test('is skipped', { skip: 'not here' }, () => {});
        test('fails', () => { throw new Error('on purpose'); });
      });`);
    assert.deepEqual(verdicts, [
      ['passes', 'pass', '', ['outer']],
      ['is skipped', 'skip', 'not here', ['outer']],
      ['fails', 'fail', 'on purpose', ['outer']],
    ]);
    assert.deepEqual(lines, ['jco']);
  });

  test('that hangs is killed, and the failure names the test; one that reports is not', async () => {
    const hangs = "test('good', () => {}); test('bad', () => new Promise(() => setInterval(() => {}, 9e5)));";
    const [, [, status, why]] = (await run(hangs, 10_000)).verdicts;
    assert.equal(status, 'fail');
    assert.match(why, /a hang: it was silent for 10 s in or after the test "bad"/);
    const reports = "for (let i = 0; i < 6; ++i) test(`${i}`, () => new Promise((go) => setTimeout(go, 2000)));";
    assert.equal((await run(reports, 10_000)).verdicts.length, 6);
  });

  for (const [what, code] of [
    ['does not compile', 'test('],
    ['exits before its tests end', "test('a', () => new Promise(() => setTimeout(() => process.exit(0))));"],
    ['throws outside its tests', "test('a', () => {}); setTimeout(() => { throw new Error('late'); }, 50);"],
  ]) {
    test(`fails if it ${what}`, async () => {
      const { verdicts } = await run(code);
      assert.notEqual(verdicts.filter(([, status]) => status === 'fail').length, 0);
    });
  }
});

describe('words', () => {
  const namesOf = (/** @type {string[]} */ ...words) => chosen(words, false).map(({ name }) => name);

  test('choose one test by its full name, and others by a part of theirs', () => {
    assert.deepEqual(namesOf('hosts/node'), ['hosts/node']);
    assert.ok(namesOf('hosts/').includes('hosts/node-wasi'));
    assert.deepEqual(namesOf('runner', 'hosts/chromium'), ['hosts/chromium', 'runner']);
  });

  test('choose combinations and lint too, which otherwise need --all', () => {
    assert.deepEqual(namesOf('native-exceptions'), ['combinations/native-exceptions']);
    const added = chosen([], true).length - chosen([], false).length;
    assert.equal(added, namesOf('combinations/', 'lint').length);
  });

  test('that choose nothing are refused with the names', () => {
    assert.throws(() => chosen(['nosuchword'], false), /contains nosuchword\n[^]*hosts\/node\n/);
  });

  test('choose files whose names may end with their host', () => {
    const places = ['web/loop', 'web/page.chromium', 'docs'].map((name) => unitOf(`${name}.test.mjs`));
    assert.deepEqual(places.map(({ suite, host }) => [suite, host]), [
      ['web/loop', 'node'],
      ['web/page', 'chromium'],
      ['docs', 'native'],
    ]);
  });
});

describe('shares', () => {
  test('hold every test once, and each part of test:all by itself', () => {
    const all = chosen([], true);
    const shares = sharesOf(all);
    const names = shares.flatMap(({ units }) => units.map(({ name }) => name));
    assert.deepEqual([...names].sort(), all.map(({ name }) => name).sort());
    const parts = shares.slice(SHARES.length);
    assert.ok(parts.length > 5 && parts.every(({ units }) => units.length === 1));
    const tools = shares.find(({ name }) => name === 'documents and tools');
    assert.deepEqual(tools?.units.map(({ name }) => name), [
      'architecture',
      'demos/start.node',
      'docs',
      'repository',
      'runner',
      'sizes',
      'toolchain',
      'toolchains',
    ]);
  });

  test('are only those of the chosen tests', () => {
    const names = sharesOf(chosen(['hosts/node', 'lint'], false)).map(({ name }) => name);
    assert.deepEqual(names, ['web', 'lint/native']);
  });
});

describe('the matrix', () => {
  const matrixAfter = (place, ...ofTests) =>
    matrixOf(resultsOf(place, GOOD_END, ...ofTests).verdicts, {}, true);

  test('says that a statement holds only if all of its tests pass', () => {
    const matrix = matrixAfter(
      NODE,
      passed('C1: a', 1),
      failed('C1: b', 1),
      passed(COMPLETE, 1),
      failed('the suite', 0, false),
    );
    assert.equal(matrix.C1.node, 'fail: why');
  });

  test('takes statements from a test and from those around it', () => {
    const matrix = matrixAfter(WEB, passed('while it runs', 1), passed('W4, W5: the loop', 0));
    assert.equal(matrix.W4.node, 'pass');
    assert.equal(matrix.W5.node, 'pass');
  });

  test('has every column, and says that a suite that did not finish failed', () => {
    const matrix = matrixAfter(NODE, passed('C1: a', 1), passed(COMPLETE, 1), passed('the suite', 0));
    assert.deepEqual(Object.keys(matrix.C1), COLUMNS);
    assert.match(matrix.C1.chromium, /^fail: the suite did not finish/);
  });
});
