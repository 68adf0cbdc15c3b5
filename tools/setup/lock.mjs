// Locks between processes: one set-up at a time per project folder, one build per build folder. A
// lock is a file that names its owner by process id and start time. So an owner that died without
// releasing the lock (kill -9, power cut) is recognised, even if another process has its id now.
// The set-up runs before any npm package is installed, so the lock cannot come from one.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText } from './files.mjs';
import { say } from './log.mjs';
import { inToolchain } from './places.mjs';
import { identify, isAlive } from './processes.mjs';

const SETUP_LOCK = inToolchain('lock');
const POLL_MS = 300;
const REMIND_MS = 10_000;

/** @typedef {import('./processes.mjs').Identity & {command: string}} Owner */

/** @returns {Owner} */
function me() {
  const command = process.argv.slice(1).map((part) => path.basename(part)).join(' ');
  return { ...identify(process.pid), command };
}

/**
 * @param {string} text of a lock
 * @returns {Owner | undefined} its owner, if alive
 */
function livingOwner(text) {
  try {
    const owner = /** @type {Owner} */ (JSON.parse(text));
    return isAlive(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock if it is free. A hard link appears with its content or not at all.
 * @param {string} lock
 */
function tryTake(lock) {
  const mine = `${lock}.${process.pid}`;
  fs.writeFileSync(mine, JSON.stringify(me()));
  try {
    fs.linkSync(mine, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/**
 * Removes a dead owner's lock. Between our reading and our renaming, another process may have done
 * the same and taken the lock; then we have moved its lock, and put it back.
 * @param {string} lock
 * @param {string} dead the text of the dead owner's lock
 */
function removeDead(lock, dead) {
  const aside = `${lock}.${process.pid}.dead`;
  try {
    fs.renameSync(lock, aside);
    if (fs.readFileSync(aside, 'utf8') !== dead) fs.linkSync(aside, lock);
  } catch {
    // Another process was faster; the next attempt shows.
  }
  fs.rmSync(aside, { force: true });
}

/**
 * Waits for the lock and takes it.
 * @param {string} lock
 * @param {string} what
 */
async function take(lock, what) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  let reminded = 0;
  while (!tryTake(lock)) {
    const text = readText(lock);
    const owner = text === undefined ? undefined : livingOwner(text);
    if (text !== undefined && !owner) removeDead(lock, text);
    if (owner && Date.now() - reminded > REMIND_MS) {
      say(`waiting for another ${what} in this folder: process ${owner.pid} (${owner.command})`);
      reminded = Date.now();
    }
    await sleep(owner ? POLL_MS : 10);
  }
}

/**
 * Releases the lock, unless another process owns it now.
 * @param {string} lock
 */
function release(lock) {
  const text = readText(lock);
  if (text !== undefined && livingOwner(text)?.pid === process.pid) fs.rmSync(lock, { force: true });
}

/**
 * Runs `work` while holding a lock file. Two concurrent calls with the same lock file in one
 * process deadlock.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [lock] the lock file
 * @param {string} [what] what it is for, in the message that a waiting process prints
 * @returns {Promise<T>}
 */
export async function locked(work, lock = SETUP_LOCK, what = 'set-up') {
  const free = () => release(lock);
  await take(lock, what);
  process.once('exit', free);
  try {
    return await work();
  } finally {
    process.removeListener('exit', free);
    free();
  }
}
