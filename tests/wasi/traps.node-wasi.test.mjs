// The known pitfalls of `poll_oneoff` on preview 1 hosts: node:wasi itself, with every call
// watched, and a host that polls as the shims for browsers do. programs.test.mjs covers more of
// node:wasi's pitfalls: timers that end early, files and /dev/null, closed descriptors.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { build } from '../../tools/build.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { runCommand } from '../support/wasi-hosts.mjs';

/** @typedef {import('../support/wasi-hosts.mjs').Input} Input */

const RUNNER = inRoot('tests/wasi/watched-node-wasi.mjs');

let folder = '';
before(async () => {
  folder = path.join(await build('wasi-p1', ['wasi_programs']), 'tests/wasi');
});

/** @param {'real' | 'shim'} mode @param {string} name @param {string[]} args */
function command(mode, name, ...args) {
  const module = path.join(folder, `wasi_${name}.wasm`);
  return [process.execPath, '--no-warnings', RUNNER, mode, module, ...args];
}

/** @param {string} stderr */
function pollsIn(stderr) {
  const [, count] = stderr.match(/^polls: (\d+)$/m) ?? assert.fail(stderr);
  return Number(count);
}

/** @type {[string, string[], Input][]} */
const PROGRAMS = [
  ['ticks', [], 'none'],
  ['echo', [], [/tick 2/, 'text\n', /^text$/m, /tick 4/]],
  ['echo', [], 'none'],
  ['patience', ['busy'], [/gave up/, 'text\n', /^text$/m]],
  ['endings', ['closed while reading'], 'open'],
];
for (const [name, args, input] of PROGRAMS) {
  const title = `${[name, ...args].join(' ')}, input ${input}`;
  test(`polls only in ways that all hosts support: ${title}`, async () => {
    const { stderr } = await runCommand(command('real', name, ...args), { input });
    assert.doesNotMatch(stderr, /rule broken/);
    assert.ok(pollsIn(stderr) > 0);
  });
}

test('nothing is polled if nothing is armed', async () => {
  for (const way of ['seven', 'deadlock', 'error']) {
    const { stderr } = await runCommand(command('real', 'endings', way), { input: 'open' });
    assert.equal(pollsIn(stderr), 0, way);
  }
});

test('a file is read without polling', async () => {
  const file = fs.openSync(path.join(folder, 'wasi_echo.wasm'), 'r');
  const { code, stderr } = await runCommand(command('real', 'echo'), { input: file });
  fs.closeSync(file);
  assert.equal(code, 0, stderr);
  assert.equal(pollsIn(stderr), 0);
});

/**
 * Runs `crowd` with a full output pipe, which is read only after all pieces of `before`.
 * @param {string[]} args
 * @param {(string | number | RegExp)[]} before
 */
async function crowd(args, before) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-wasi-'));
  const pipe = path.join(scratch, 'pipe');
  execFileSync('mkfifo', [pipe]);
  /** @type {Promise<string> | undefined} */
  let read;
  const input = [...before, () => void (read = text(fs.createReadStream(pipe)))];
  const env = { WASIO_TEST_STDOUT: pipe };
  const { code, stderr } = await runCommand(command('real', 'crowd', ...args), { input, env });
  const output = await read;
  fs.rmSync(scratch, { recursive: true });
  assert.equal(code, 0, stderr);
  assert.ok(output?.startsWith('a'.repeat(300_000) + 'b'.repeat(300_000)), 'mixed or truncated');
  assert.match(output.slice(600_000), /^t*$/);
}

test('full output and silent input delay no timer, and texts stay whole and in order', () =>
  crowd(['ticks'], [/tick 9/]));

test('full output delays no input', () => crowd([], [/only waiting/, 100, 'x', /input came/]));

test('a later text does not split an earlier one', () => crowd(['interrupted'], [/trying/]));

test('a host that supports one clock and nothing else: timers', async () => {
  const { code, stdout, stderr } = await runCommand(command('shim', 'ticks'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^0 not early\n0\.3 not early\n/);
  assert.doesNotMatch(stdout, / early.* early/);
});

test('a host that supports one clock and nothing else: input', async () => {
  const { code, stdout, stderr } = await runCommand(command('shim', 'echo'), { input: ['text'] });
  assert.deepEqual([code, stdout], [0, 'text'], stderr);
});
