// Compiling single files with the flags of a preset, and reading what the compiler says.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { configured } from '../../tools/build.mjs';
import { ROOT, inRoot } from '../../tools/setup/places.mjs';

/** What belongs to the one file whose command is read, and not to the flags. */
const OF_THE_FILE = /^(-MD|-Winvalid-pch)$/;
const OF_THE_FILE_WITH_VALUE = /^(-o|-c|-MT|-MF)$/;

/**
 * The compiler and the flags with which a preset compiles a source.
 * @param {string} preset
 * @param {string} source relative to the project
 * @returns {Promise<string[]>} the compiler, then its flags
 */
export async function commandOf(preset, source) {
  const folder = await configured(preset);
  const commands = JSON.parse(fs.readFileSync(path.join(folder, 'compile_commands.json'), 'utf8'));
  const entry = commands.find((/** @type {{file: string}} */ { file }) => file === inRoot(source));
  if (!entry) throw new Error(`${preset} does not compile ${source}`);
  const words = entry.command.split(' ').filter(Boolean);
  return words.filter((/** @type {string} */ word, /** @type {number} */ index) => {
    const value = index > 0 && OF_THE_FILE_WITH_VALUE.test(words[index - 1]);
    return !value && !OF_THE_FILE.test(word) && !OF_THE_FILE_WITH_VALUE.test(word);
  });
}

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
