// The WASI hosts: how a program runs under each, with any kind of standard input.
import { spawn } from 'node:child_process';
import { tools } from '../../tools/setup/index.mjs';
import { inRoot } from '../../tools/setup/places.mjs';

/** How long a program may take before it is ended: no test waits for anything near it. */
const LIMIT_MS = 60_000;

/**
 * @typedef {object} HostOptions
 * @property {string[]} [folders] preopened under their own names, relative to `cwd`; node:wasi and
 *   jco always see the whole of `cwd`, or more
 */

/**
 * @typedef {object} WasiHost
 * @property {string} preset what its programs are built with
 * @property {(module: string, args: string[], options: HostOptions) => string[]} command
 */

/** @param {string} module @param {string[]} args @param {HostOptions} options */
function wasmtime(module, args, { folders = [] }) {
  const seen = folders.flatMap((folder) => ['--dir', folder]);
  return [tools().wasmtime, 'run', ...seen, module, ...args];
}

/** @type {Record<string, WasiHost>} */
export const WASI_HOSTS = {
  'wasmtime-p1': { preset: 'wasi-p1', command: wasmtime },
  'wasmtime-p2': { preset: 'wasi-p2', command: wasmtime },
  'node-wasi': {
    preset: 'wasi-p1',
    command: (module, args) => [
      process.execPath,
      '--no-warnings',
      inRoot('tests/support/node-wasi.mjs'),
      module,
      ...args,
    ],
  },
  jco: {
    preset: 'wasi-p2',
    command: (module, args) => [
      process.execPath,
      inRoot('node_modules/@bytecodealliance/jco/dist/jco.js'),
      'run',
      module,
      ...args,
    ],
  },
};

/** @typedef {{code: number | null, signal: string | null, stdout: string, stderr: string}} Ended */

/**
 * Text goes into a pipe that is then closed; a list into a pipe, its numbers being milliseconds to
 * wait; a number is an open file; `open` is a pipe that stays open and silent.
 * @typedef {string | (string | number)[] | number | 'ignore' | 'closed' | 'open'} Input
 */

/**
 * @typedef {object} RunOptions
 * @property {string[]} [args]
 * @property {Input} [input] by default there is none: /dev/null
 * @property {string} [cwd]
 * @property {string[]} [folders]
 * @property {string} [shell] runs the program as `"$@"` in this piece of shell
 */

/**
 * Runs a module of the host's preset to its end.
 * @param {string} host of `WASI_HOSTS`
 * @param {string} module its path
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export async function runOn(host, module, options = {}) {
  const { args = [], input = 'ignore', cwd, folders } = options;
  const shell = input === 'closed' ? '"$@" <&-' : options.shell;
  const command = WASI_HOSTS[host].command(module, args, { folders });
  const [program, ...rest] = shell ? ['sh', '-c', shell, 'sh', ...command] : command;
  const child = spawn(program, rest, {
    cwd,
    stdio: [stdinFor(input), 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = outcome(child);
  if (child.stdin) await feed(child.stdin, input);
  const result = await ended;
  child.stdin?.destroy();
  return result;
}

/** @param {Input} input */
function stdinFor(input) {
  if (typeof input === 'number') return input;
  return input === 'ignore' || input === 'closed' ? 'ignore' : 'pipe';
}

/** @param {import('node:stream').Writable} stdin @param {Input} input */
async function feed(stdin, input) {
  stdin.on('error', () => {}); // the program may end without reading everything
  if (input === 'open') return;
  for (const piece of Array.isArray(input) ? input : [String(input)]) {
    if (typeof piece === 'number') await new Promise((resolve) => setTimeout(resolve, piece));
    else stdin.write(piece);
  }
  stdin.end();
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<Ended>} */
function outcome(child) {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
