// The WASI hosts, and how a program runs on each of them with any kind of standard input.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inWasmtime } from '../../tools/programs.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';
import { runLines } from './processes.mjs';

/**
 * @typedef {object} WasiHost
 * @property {string} preset what its programs are built with
 * @property {boolean} printsImmediately its output can be read while the program runs
 * @property {(module: string, folders: string[]) => Promise<string[]>} command runs a module.
 *   wasmtime preopens the folders under their own names; the others preopen the current folder
 */

const nodeScript = (/** @type {string} */ name) => [
  process.execPath,
  '--no-warnings',
  inRoot('tests/support', name),
];

const wasmtime = async (/** @type {string} */ module, /** @type {string[]} */ folders) =>
  inWasmtime(module, folders);

/** @type {Record<string, WasiHost>} */
export const WASI_HOSTS = {
  'wasmtime-p1': { preset: 'wasi-p1', printsImmediately: true, command: wasmtime },
  'wasmtime-p2': { preset: 'wasi-p2', printsImmediately: true, command: wasmtime },
  'node-wasi': {
    preset: 'wasi-p1',
    printsImmediately: true,
    command: async (module) => [...nodeScript('node-wasi.mjs'), module],
  },
  jco: {
    preset: 'wasi-p2',
    printsImmediately: false,
    command: async (module) => [...nodeScript('jco.mjs'), await transpiled(module)],
  },
};

/**
 * The JavaScript that jco makes of a component, in a folder beside it. It is made again when the
 * component is newer.
 * @param {string} module
 */
async function transpiled(module) {
  const name = path.basename(module, '.wasm');
  const folder = path.join(path.dirname(module), `${name}.jco`);
  const script = path.join(folder, `${name}.js`);
  if (fs.existsSync(script) && fs.statSync(script).mtimeMs > fs.statSync(module).mtimeMs)
    return script;
  const jco = inRoot('node_modules/@bytecodealliance/jco/dist/jco.js');
  const made = await runLines(
    [process.execPath, jco, 'transpile', module, '-o', folder, '--quiet'],
    () => {},
  );
  if (made.code !== 0) throw new Error(`jco transpile ${module}: ${made.stderr}`);
  return script;
}

/** @typedef {{code: number | null, signal: string | null, stdout: string, stderr: string}} Ended */

/**
 * A list is written to a pipe, which is then closed. In the list, a pattern waits until the program
 * has printed a match, a number waits that many milliseconds, and a function is called. A number
 * alone is an open file; `open` is a pipe that stays open and silent, and `none` is /dev/null.
 * @typedef {(string | number | RegExp | (() => void))[]} Pieces
 * @typedef {Pieces | number | 'none' | 'closed' | 'open'} Input
 */

/**
 * @typedef {object} RunOptions
 * @property {string[]} [args]
 * @property {Input} [input] `none` by default
 * @property {string} [cwd]
 * @property {string[]} [folders] preopened, by default the current one
 * @property {NodeJS.ProcessEnv} [env] added to the test's own
 * @property {string} [shell] runs the program as `"$@"` in this piece of shell
 */

/**
 * Runs a module of the host's preset to its end.
 * @param {string} host of `WASI_HOSTS`
 * @param {string} module its path
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export async function runOn(host, module, { args = [], folders = ['.'], ...options } = {}) {
  const command = await WASI_HOSTS[host].command(module, folders);
  return runCommand([...command, ...args], options);
}

/**
 * Runs any command to its end.
 * @param {string[]} command
 * @param {Pick<RunOptions, 'input' | 'cwd' | 'env' | 'shell'>} [options]
 * @returns {Promise<Ended>}
 */
export async function runCommand(command, { input = 'none', cwd, env, shell } = {}) {
  const line = input === 'closed' ? '"$@" <&-' : shell;
  const [program, ...rest] = line ? ['sh', '-c', line, 'sh', ...command] : command;
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [stdinFor(input), 'pipe', 'pipe'],
    detached: true, // a process group of its own, which is killed as a whole
  });
  const killAll = () => child.pid && process.kill(-child.pid, 'SIGKILL');
  const limit = setTimeout(killAll, PROGRAM_HANGS_MS);
  try {
    const heard = listen(child);
    if (Array.isArray(input)) await feed(child, input, heard);
    return await heard.ended;
  } finally {
    clearTimeout(limit);
    child.stdin?.destroy();
  }
}

/** @param {Input} input */
function stdinFor(input) {
  if (typeof input === 'number') return input;
  return input === 'none' || input === 'closed' ? 'ignore' : 'pipe';
}

/**
 * Collects what the program prints.
 * @param {import('node:child_process').ChildProcess} child
 */
function listen(child) {
  const said = { stdout: '', stderr: '' };
  const words = new EventEmitter();
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name]?.setEncoding('utf8').on('data', (text) => {
      said[name] += text;
      words.emit('news', true);
    });
  }
  /** @type {Promise<Ended>} */
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      words.emit('news', false);
      resolve({ code, signal, ...said });
    });
  });
  /** @param {RegExp} pattern */
  const matches = async (pattern) => {
    while (!pattern.test(said.stdout) && !pattern.test(said.stderr)) {
      const [more] = await once(words, 'news');
      if (!more) throw new Error(`it ended before it printed ${pattern}: ${JSON.stringify(said)}`);
    }
  };
  return { ended, matches };
}

/**
 * Writes the pieces to the program's standard input.
 * @param {import('node:child_process').ChildProcess} child
 * @param {Pieces} pieces
 * @param {ReturnType<typeof listen>} heard
 */
async function feed(child, pieces, heard) {
  child.stdin?.on('error', () => {}); // the program may end without reading everything
  for (const piece of pieces) {
    if (typeof piece === 'number') await pause(piece);
    else if (typeof piece === 'string') child.stdin?.write(piece);
    else if (typeof piece === 'function') piece();
    else await heard.matches(piece);
  }
  child.stdin?.end();
}
