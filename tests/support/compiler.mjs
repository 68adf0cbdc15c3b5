// Compiling single files, and reading what the compiler says.
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../tools/setup/places.mjs';

/**
 * Runs the compiler.
 * @param {string[]} command
 * @returns {Promise<{code: number, output: string}>}
 */
export function compile([program, ...args]) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/**
 * @typedef {object} Diagnostic
 * @property {'warning' | 'error'} level
 * @property {string} text
 * @property {{file: string, line: number}[]} places its own, then those of its notes
 */

/**
 * The warnings and errors in what clang has said.
 * @param {string} output
 * @returns {Diagnostic[]}
 */
export function diagnostics(output) {
  /** @type {Diagnostic[]} */
  const found = [];
  for (const line of output.split('\n')) {
    const match = line.match(/^(.+?):(\d+):\d+: (warning|error|fatal error|note): (.*)$/);
    if (!match) continue;
    const [, file, number, level, text] = match;
    const place = { file: path.resolve(ROOT, file), line: Number(number) };
    if (level === 'note') found.at(-1)?.places.push(place);
    else found.push({ level: level === 'warning' ? 'warning' : 'error', text, places: [place] });
  }
  return found;
}

/**
 * Does `work` for all items, as many at once as there are processors.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} work
 */
export async function forAll(items, work) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}
