// What still works after memory was exhausted, on each host: the program memory_limit, whose memory
// is limited.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { HOSTS, limitedHost } from './support/hosts.mjs';
import { currentHost } from './support/tables.mjs';

/** The program's 64 MB, and what the libraries of a native program occupy. */
const NATIVE_KILOBYTES = (64 + 16) * 1024;

const AFTER = [
  'a recursion',
  'a recursion',
  'a recursion',
  'a trim',
  'a crowd of tasks',
  'a hoard',
  'failed tasks',
  'another handler',
];

const host = currentHost();

describe(`exhausted memory on ${host}`, () => {
  /** @type {import('./support/hosts.mjs').Run} */
  let run;
  before(async () => {
    const limited = host === 'native' ? limitedHost('native', NATIVE_KILOBYTES) : HOSTS[host];
    run = await limited.prepare('memory_limit');
  });

  test('C80: the program continues, and the memory of ended tasks is there for all', async () => {
    /** @type {string[]} */
    const lines = [];
    const ended = await run([], (line) => lines.push(line), {});
    const expected = AFTER.map((event) => `memory is back after ${event}`);
    assert.deepEqual([lines, ended.code], [expected, 0], ended.stderr);
  });

  test('C80: a panic needs no memory', async () => {
    const ended = await run(['panic'], () => {}, {});
    assert.match(ended.stderr, /wasio panic: memory is exhausted/);
    assert.notEqual(ended.code, 0);
  });
});
