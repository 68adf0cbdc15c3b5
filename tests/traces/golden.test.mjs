// Compares the traces of the programs in traces.cpp on each host with golden.txt.
// `UPDATE_TRACES=1 npm test -- traces/golden/native-asan` rewrites that file.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';
import { inRoot } from '../../tools/setup/places.mjs';
import { HOSTS } from '../support/hosts.mjs';
import { currentHost } from '../support/tables.mjs';

const GOLDEN = inRoot('tests/traces/golden.txt');

/** The host whose traces are written to the file. */
const UPDATER = 'native-asan';

const HOW_TO_UPDATE =
  `if the change is intended, rewrite golden.txt: UPDATE_TRACES=1 npm test -- traces/golden/${UPDATER}`;

/**
 * The traces in a text, by program.
 * @param {string} text
 * @returns {Map<string, string[]>}
 */
function tracesIn(text) {
  const parts = text.split(/^== /m).slice(1);
  const lists = parts.map((part) => part.trimEnd().split('\n'));
  return new Map(lists.map(([name, ...lines]) => [name, lines]));
}

/**
 * Runs all programs on a host and returns their traces.
 * @param {string} host of `HOSTS`
 */
async function traceOn(host) {
  const run = await HOSTS[host].prepare('traces');
  /** @type {string[]} */
  const lines = [];
  const ended = await run([], (line) => lines.push(line), {});
  assert.equal(ended.code, 0, ended.stderr);
  return `${lines.join('\n')}\n`;
}

/**
 * The first line that differs, with the lines before it.
 * @param {string[]} actual
 * @param {string[]} expected
 */
function difference(actual, expected) {
  const at = expected.findIndex((line, i) => line !== actual[i]);
  const line = at < 0 ? expected.length : at;
  return [
    `line ${line + 1} differs, after`,
    ...expected.slice(Math.max(0, line - 5), line).map((text) => `  ${text}`),
    `expected: ${expected[line] ?? '(the end)'}`,
    `but got:  ${actual[line] ?? '(the end)'}`,
    HOW_TO_UPDATE,
  ].join('\n');
}

const host = currentHost();

function update() {
  const skip = host !== UPDATER && `only ${UPDATER} rewrites it`;
  test('golden.txt is rewritten', { skip }, async () => {
    fs.writeFileSync(GOLDEN, await traceOn(host));
  });
}

function compare() {
  const golden = tracesIn(fs.existsSync(GOLDEN) ? fs.readFileSync(GOLDEN, 'utf8') : '');
  /** @type {Map<string, string[]>} */
  let traces = new Map();

  before(async () => {
    traces = tracesIn(await traceOn(host));
  });

  for (const [name, expected] of golden) {
    test(`C143: the trace of "${name}" is the same on every host`, () => {
      const actual = traces.get(name) ?? [];
      assert.ok(actual.join('\n') === expected.join('\n'), difference(actual, expected));
    });
  }

  test('C143: the programs are those of golden.txt', () => {
    assert.deepEqual([...traces.keys()], [...golden.keys()], HOW_TO_UPDATE);
    assert.ok(golden.size >= 11);
  });
}

describe(`traces on ${host}`, process.env.UPDATE_TRACES ? update : compare);
