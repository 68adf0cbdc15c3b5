// Runs one test file in a process of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eachLine } from '../lines.mjs';
import { FILE_HANGS_MS } from './limits.mjs';

/** Names the host to a test file that runs once per host. */
export const HOST_VARIABLE = 'WASIO_TEST_HOST';

const REPORTER = fileURLToPath(new URL('reporter.mjs', import.meta.url));

/**
 * @typedef {{complete: boolean, how: string}} End whether all results came, and how the process
 *   ended
 */

/**
 * How a process ended that was killed for its silence.
 * @param {number} silenceMs
 * @param {string} test the last that began
 */
const hung = (silenceMs, test) =>
  `a hang: it was silent for ${silenceMs / 1000} s in or after the test "${test}"`;

/**
 * Runs a test file to its end.
 * @param {import('./units.mjs').Unit} unit
 * @param {(result: import('./reporter.mjs').Result) => void} onResult takes each test as it ends
 * @param {(line: string) => void} onLine takes each line that the file prints
 * @param {number} [silenceMs] how long it may neither print nor report before it is killed
 * @returns {Promise<End>}
 */
export function runUnit({ file, host }, onResult, onLine, silenceMs = FILE_HANGS_MS) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--test-reporter', REPORTER, file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [HOST_VARIABLE]: host },
    });
    let complete = false;
    let last = 'none';
    let silent = false;
    const guard = setTimeout(() => {
      silent = true;
      child.kill('SIGKILL');
    }, silenceMs);
    child.on('message', (/** @type {any} */ message) => {
      guard.refresh();
      if (message.end) complete = true;
      else if (message.begun) last = message.begun;
      else onResult(message);
    });
    const take = (/** @type {string} */ line) => {
      guard.refresh();
      onLine(line);
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(guard);
      const how = silent ? hung(silenceMs, last) : (signal ?? `exit code ${code}`);
      resolve({ complete: complete && signal === null, how });
    });
  });
}
