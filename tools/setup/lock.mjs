// One set-up at a time per project folder, and one build per build folder. A lock is a file that
// names its owner by process id and start time, so that an owner that died without a word (kill -9,
// power cut) is recognised, also when its process id has been given to somebody else since.
import fs from 'node:fs';
import path from 'node:path';
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
 * @param {string} lock
 * @returns {string | undefined} the lock file's text
 */
function readLock(lock) {
  try {
    return fs.readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text
 * @returns {Owner | undefined} the owner, when it is alive
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
 * Takes the lock if nobody has it: a hard link either appears with its content or not at all.
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
 * Moves a dead owner's lock out of the way. Between our reading and our moving somebody else may
 * have done the same and taken the lock; then what we moved is theirs, and goes back.
 * @param {string} lock
 * @param {string} dead the text of the dead owner's lock
 */
function removeDead(lock, dead) {
  const aside = `${lock}.${process.pid}.dead`;
  try {
    fs.renameSync(lock, aside);
    if (fs.readFileSync(aside, 'utf8') !== dead) fs.linkSync(aside, lock);
  } catch {
    // Somebody else was faster; the next look tells.
  }
  fs.rmSync(aside, { force: true });
}

/**
 * @param {string} lock
 * @param {string} what
 */
async function take(lock, what) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  let reminded = 0;
  while (!tryTake(lock)) {
    const text = readLock(lock);
    const owner = text === undefined ? undefined : livingOwner(text);
    if (text !== undefined && !owner) removeDead(lock, text);
    if (owner && Date.now() - reminded > REMIND_MS) {
      say(`waiting for another ${what} in this folder: process ${owner.pid} (${owner.command})`);
      reminded = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, owner ? POLL_MS : 10));
  }
}

/**
 * Gives the lock back, unless it has become somebody else's.
 * @param {string} lock
 */
function release(lock) {
  const text = readLock(lock);
  if (text !== undefined && livingOwner(text)?.pid === process.pid) fs.rmSync(lock, { force: true });
}

/**
 * Runs `work` while no other process is inside a call with the same lock file. Not for two calls in
 * one process: those would wait for each other for ever.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} [lock] the lock file
 * @param {string} [what] what it is for, in the message to those that wait
 * @returns {Promise<T>}
 */
export async function locked(work, lock = SETUP_LOCK, what = 'set-up') {
  const give = () => release(lock);
  await take(lock, what);
  process.once('exit', give);
  try {
    return await work();
  } finally {
    process.removeListener('exit', give);
    give();
  }
}
