// Runs one test file in a process of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eachLine } from '../lines.mjs';

/** Names the host to a test file that runs once per host. */
export const HOST_VARIABLE = 'WASIO_TEST_HOST';

const REPORTER = fileURLToPath(new URL('reporter.mjs', import.meta.url));

/** No test file takes this long unless it hangs. */
const TIMEOUT_MS = 20 * 60_000;

/**
 * @typedef {{complete: boolean, how: string}} End whether all results came, and how the process
 *   ended
 */

/**
 * Runs a test file to its end.
 * @param {import('./units.mjs').Unit} unit
 * @param {(result: import('./reporter.mjs').Result) => void} onResult takes each test as it ends
 * @param {(line: string) => void} onLine takes each line that the file prints
 * @returns {Promise<End>}
 */
export function runUnit({ file, host }, onResult, onLine) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--test-reporter', REPORTER, file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [HOST_VARIABLE]: host },
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let complete = false;
    child.on('message', (/** @type {any} */ message) => {
      if (message.end) complete = true;
      else onResult(message);
    });
    for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, onLine);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ complete: complete && signal === null, how: signal ?? `exit code ${code}` });
    });
  });
}
