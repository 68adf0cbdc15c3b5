// The hosts that tally runs on, and how to start it on each.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { build } from '../../tools/build.mjs';
import { tools } from '../../tools/setup/index.mjs';
import { inRoot } from '../../tools/setup/places.mjs';

/** Where a preopened folder appears inside a program under wasmtime. */
const LENT = '/text';

/**
 * @typedef {object} Input what to count; one of
 * @property {string} [url]
 * @property {string} [file] a path, which the program opens
 * @property {string} [stdin] a path, whose contents are the standard input
 * @property {AsyncIterable<Buffer>} [pipe] the standard input, piece by piece
 *
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {string} stdout
 * @property {string} stderr
 * @property {number} ms
 *
 * @typedef {object} Host
 * @property {string} preset
 * @property {(program: string, input: Input) => string[]} command `program` is without suffix
 */

/** @type {Record<string, Host>} */
export const HOSTS = {
  native: {
    preset: 'native-asan',
    command: (program, { url, file }) => [program, url ?? file ?? '-'],
  },
  node: {
    preset: 'web',
    command: (program, { url, file }) => [
      process.execPath,
      inRoot('bindings/bin/wasio.mjs'),
      'run',
      `${program}.node.mjs`,
      url ?? file ?? '-',
    ],
  },
  'wasmtime-p1': { preset: 'wasi-p1', command: underWasmtime },
  'wasmtime-p2': { preset: 'wasi-p2', command: underWasmtime },
};

/** @param {string} program @param {Input} input */
function underWasmtime(program, { url, file }) {
  const run = [tools().wasmtime, 'run'];
  if (!file) return [...run, `${program}.wasm`, url ?? '-'];
  const lent = `${path.dirname(path.resolve(file))}::${LENT}`;
  return [...run, '--dir', lent, `${program}.wasm`, `${LENT}/${path.basename(file)}`];
}

/**
 * Builds tally for a host and returns the function that runs it there.
 * @param {string} name
 */
export async function prepare(name) {
  const { preset, command } = HOSTS[name];
  const program = path.join(await build(preset, ['tally']), 'demos/tally/tally');
  /**
   * @param {Input} input
   * @param {string[]} [options] of tally
   * @param {{showProgress?: boolean}} [how] `showProgress`: shows tally's stderr live
   */
  return (input, options = [], how = {}) =>
    run([...command(program, input), ...options], input, how.showProgress ?? false);
}

/**
 * @param {string[]} command
 * @param {Input} input
 * @param {boolean} showProgress
 * @returns {Promise<Ended>}
 */
function run([program, ...args], { stdin, pipe }, showProgress) {
  const start = performance.now();
  const file = stdin === undefined ? undefined : fs.openSync(stdin, 'r');
  const source = file ?? (pipe ? 'pipe' : 'ignore');
  const child = spawn(program, args, { stdio: [source, 'pipe', 'pipe'] });
  if (file !== undefined) fs.closeSync(file);
  if (pipe && child.stdin) feed(child.stdin, pipe);
  const ended = { code: /** @type {number | null} */ (null), stdout: '', stderr: '', ms: 0 };
  child.stdout?.setEncoding('utf8').on('data', (text) => (ended.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    ended.stderr += text;
    if (showProgress) process.stderr.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code, ms: performance.now() - start }));
  });
}

/**
 * @param {import('node:stream').Writable} stdin
 * @param {AsyncIterable<Buffer>} pipe
 */
function feed(stdin, pipe) {
  const pieces = Readable.from(pipe);
  // A program may end before it has read everything; then it wants no more.
  stdin.on('error', () => {}).on('close', () => pieces.destroy());
  pieces.pipe(stdin);
}
