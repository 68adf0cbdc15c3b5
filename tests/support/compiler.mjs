// Compiles single files and parses the compiler's diagnostics.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../tools/setup/places.mjs';

/**
 * Runs a compiler in the project's folder.
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
 * @property {string[]} notes their texts
 * @property {{file: string, line: number}[]} places its own location, then those of its notes
 */

/**
 * The warnings and errors in clang's output.
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
    if (level === 'note') {
      found.at(-1)?.places.push(place);
      found.at(-1)?.notes.push(text);
    } else {
      const kind = level === 'warning' ? 'warning' : 'error';
      found.push({ level: kind, text, notes: [], places: [place] });
    }
  }
  return found;
}
