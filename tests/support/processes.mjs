// Runs programs and reads their output line by line.
import { spawn } from 'node:child_process';
import { eachLine } from '../../tools/lines.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';

/** How much of a program's standard error is kept for the message if it fails. */
const KEPT_BYTES = 8000;

/**
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {string | null} signal
 * @property {string} stderr its last part
 * @property {boolean} silent whether it was killed because it printed nothing for too long
 */

/**
 * @typedef {object} Options
 * @property {number} [silenceMs]
 * @property {NodeJS.ProcessEnv} [env] added to the current environment
 * @property {(line: string) => void} [onError] takes each line of standard error
 */

/**
 * Runs a program with empty standard input and calls `onLine` with each line of its standard output
 * as it arrives. A program that prints nothing for `silenceMs` is killed.
 * @param {string[]} command
 * @param {(line: string) => void} onLine
 * @param {Options} [options]
 * @returns {Promise<Ended>}
 */
export function runLines([program, ...args], onLine, options = {}) {
  const { silenceMs = PROGRAM_HANGS_MS, env, onError } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stderr = '';
    let silent = false;
    const guard = setTimeout(() => {
      silent = true;
      child.kill('SIGKILL');
    }, silenceMs);
    eachLine(child.stdout, (line) => {
      guard.refresh();
      onLine(line);
    });
    eachLine(child.stderr, (line) => {
      guard.refresh();
      stderr = `${stderr}${line}\n`.slice(-KEPT_BYTES);
      onError?.(line);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(guard);
      resolve({ code, signal, stderr, silent });
    });
  });
}
