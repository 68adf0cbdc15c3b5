// What a program is as a process, on each host that has processes: its exit code, its output beside
// that of C, and files that are not like others. See tests/process/process.cpp.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from '../tools/build.mjs';
import { inNode, inWasmtime } from '../tools/programs.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { currentHost } from './support/tables.mjs';
import { runCommand } from './support/wasi-hosts.mjs';

/** @typedef {import('./support/wasi-hosts.mjs').RunOptions} RunOptions */

const GIGABYTE = 2 ** 30;

/**
 * What the host's programs are built with, how one runs that uses files of the current folder, and
 * the largest exit code.
 * @type {Record<string, {preset: string, command: (program: string) => string[], largest: number}>}
 */
const HOSTS = {
  'native-asan': { preset: 'native-asan', command: (program) => [program], largest: 255 },
  node: { preset: 'web', command: (program) => inNode(`${program}.node.mjs`), largest: 255 },
  'wasmtime-p1': { preset: 'wasi-p1', command: inWasmtimeHere, largest: 125 },
  'wasmtime-p2': { preset: 'wasi-p2', command: inWasmtimeHere, largest: 255 },
  'node-wasi': {
    preset: 'wasi-p1',
    command: (program) => [
      process.execPath,
      '--no-warnings',
      inRoot('tests/support/node-wasi.mjs'),
      `${program}.wasm`,
    ],
    largest: 125,
  },
};

/** @param {string} program */
function inWasmtimeHere(program) {
  return inWasmtime(`${program}.wasm`, ['.']);
}

const host = currentHost();
const { preset, command, largest } = HOSTS[host];

let folder = '';
let scratch = '';

/** @param {string} name @param {string[]} args */
function commandOf(name, ...args) {
  return [...command(path.join(folder, name)), ...args];
}

/** @param {string[]} args */
function run(...args) {
  return runCommand(commandOf('process', ...args), { cwd: scratch });
}

/** Makes a pipe with a name. @param {string} name */
function makePipe(name) {
  const pipe = path.join(scratch, name);
  execFileSync('mkfifo', [pipe]);
  return pipe;
}

describe(`processes on ${host}`, () => {
  before(async () => {
    folder = path.join(await build(preset, ['process_programs']), 'tests/process');
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-process-'));
  });
  after(() => fs.rmSync(scratch, { recursive: true, force: true }));

  test('C145: the exit code is what main returns', async () => {
    for (const code of [0, 1, 2, 7, 125]) {
      assert.equal((await run('code', String(code))).code, code);
    }
  });

  test('C145: a code that is not 0 never ends as 0', async () => {
    for (const code of [126, 200, 255]) {
      assert.equal((await run('code', String(code))).code, Math.min(code, largest));
    }
    for (const code of [256, 512, -1, -256, 2 ** 31 - 1]) {
      assert.equal((await run('code', String(code))).code, largest, `${code}`);
    }
  });

  test('C145: a main without an exit code ends with 0, or 1 if it fails', async () => {
    const { code, stdout } = await runCommand(commandOf('no_code'));
    assert.deepEqual([code, stdout], [0, 'no code\n']);
    const failed = await runCommand(commandOf('no_code', 'on purpose'));
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^failure: on purpose\n/);
  });

  const noImport = host !== 'wasmtime-p2' && 'only components import it';
  test('C145: only a main with an exit code imports what reports it', { skip: noImport }, () => {
    const imported = ['process', 'no_code'].map((name) =>
      fs.readFileSync(path.join(folder, `${name}.wasm`)).includes('exit-with-code'),
    );
    assert.deepEqual(imported, [true, false]);
  });

  test('C146: exit in a task ends the process with its code, and C writes what it holds', async () => {
    const { code, stdout } = await run('exit', '3');
    assert.deepEqual([code, stdout], [host === 'wasmtime-p2' ? 1 : 3, 'leaving']);
  });

  test('C146: what C and wasio print comes out in order', async () => {
    const { code, stdout, stderr } = await run('mix');
    const lines = 'C 0, wasio 0\nC 1, wasio 1\nC 2, wasio 2\nthe end';
    assert.deepEqual([code, stdout, stderr], [0, lines, '']);
  });

  test('C146: C may print without a newline', async () => {
    const { code, stdout, stderr } = await run('flush');
    assert.deepEqual([code, stdout, stderr], [0, 'flushed', '']);
  });

  test('C135: a size hint is right for files of 4 GiB and more', async () => {
    for (const gigabytes of [4, 5]) {
      const file = path.join(scratch, 'large');
      fs.writeFileSync(file, '');
      fs.truncateSync(file, gigabytes * GIGABYTE);
      const { stdout, stderr } = await run('size', 'large');
      assert.equal(stdout, `${gigabytes * GIGABYTE}\n`, stderr);
    }
  });

  // The native host blocks.
  const noPipes = host === 'native-asan' && 'opening a pipe blocks this host';
  test('C136: opening a pipe that nothing writes to holds no deadline up', { skip: noPipes }, async () => {
    const pipe = makePipe('silent');
    // A thread of Node waits until the pipe has a writer, and keeps the process.
    const release = () => fs.closeSync(fs.openSync(pipe, fs.constants.O_RDWR));
    const input = [/timed_out|unsupported/, release];
    const command = commandOf('process', 'open', 'silent');
    const { code, stderr } = await runCommand(command, { cwd: scratch, input });
    assert.equal(code, 0, stderr);
  });

  test('C133: a non-blocking output gets everything, or the error says why not', async () => {
    const pipe = makePipe('output');
    const { O_RDWR, O_NONBLOCK } = fs.constants;
    const writer = fs.openSync(pipe, O_RDWR | O_NONBLOCK);
    const [program, ...args] = commandOf('process', 'write', '3');
    const child = spawn(program, args, { stdio: ['ignore', writer, 'pipe'] });
    const errors = text(/** @type {import('node:stream').Readable} */ (child.stderr));
    const ended = new Promise((resolve) => child.on('close', resolve));
    // Before anything is read, the pipe is full: the program fails, or waits.
    await Promise.race([ended, pause(2000)]);
    const output = text(fs.createReadStream(pipe));
    const code = await ended;
    fs.closeSync(writer);
    if (code === 0) {
      assert.equal((await output).length, 3_000_000);
    } else {
      assert.equal(code, 1);
      assert.match(await errors, /^(io|closed): standard output: .*non-blocking/);
    }
  });
});
