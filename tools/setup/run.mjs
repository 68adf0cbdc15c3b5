// Runs other programs.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, say } from './log.mjs';
import { record } from './orphans.mjs';

/** How much of a failed program's output the error message keeps. */
const TAIL_LINES = 20;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to the current environment
 * @property {string} [fix] what the user can do if it fails
 */

/** @param {string} text */
function tail(text) {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

/**
 * Runs a program to its end and returns its standard output. The program reads nothing from the
 * terminal, and its output is shown only if it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env, fix } = {}) {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let all = '';
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const forget = child.pid ? record(child.pid, program) : () => {};
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (all += text));
    child.on('error', (error) => reject(new SetupError(`${program}: ${error.message}`, fix)));
    child.on('close', (code, signal) => {
      forget();
      if (code === 0) return resolve(stdout);
      const end = signal ? `was killed by ${signal}` : `failed with exit code ${code}`;
      reject(new SetupError(`${[program, ...args].join(' ')}\n  ${end}:\n${tail(all)}`, fix));
    });
  });
}

/**
 * Does `work`, and retries it once if it fails: networks and mirrors fail now and then.
 * @template T
 * @param {string} what
 * @param {(attempt: number) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function twice(what, work) {
  try {
    return await work(1);
  } catch (error) {
    say(`${what} failed, retrying once: ${lastLine(error)}`);
    await sleep(2000);
    return work(2);
  }
}

/** @param {unknown} error */
function lastLine(error) {
  const lines = String(error instanceof Error ? error.message : error).split('\n');
  return lines.filter((line) => line.trim() && !line.includes('What to do')).at(-1)?.trim();
}

/**
 * Runs a short program and returns its output; nothing if it fails or cannot be run.
 * @param {string} program
 * @param {string[]} args
 * @returns {string | undefined}
 */
export function ask(program, args) {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  return done.status === 0 ? done.stdout + done.stderr : undefined;
}
