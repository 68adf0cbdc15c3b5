// One set-up at a time per project folder. The lock is a file that names its owner by process id
// and start time, so that an owner that died without a word (kill -9, power cut) is recognised,
// also when its process id has been given to somebody else since.
import fs from 'node:fs';
import path from 'node:path';
import { say } from './log.mjs';
import { TOOLCHAIN, inToolchain } from './places.mjs';
import { identify, isAlive } from './processes.mjs';

const LOCK = inToolchain('lock');
const POLL_MS = 300;
const REMIND_MS = 10_000;

/** @typedef {import('./processes.mjs').Identity & {command: string}} Owner */

/** @returns {Owner} */
function me() {
  const command = process.argv.slice(1).map((part) => path.basename(part)).join(' ');
  return { ...identify(process.pid), command };
}

/** @returns {string | undefined} the lock file's text */
function readLock() {
  try {
    return fs.readFileSync(LOCK, 'utf8');
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

/** Takes the lock if nobody has it: a hard link either appears with its content or not at all. */
function tryTake() {
  const mine = `${LOCK}.${process.pid}`;
  fs.writeFileSync(mine, JSON.stringify(me()));
  try {
    fs.linkSync(mine, LOCK);
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
 * @param {string} dead the text of the dead owner's lock
 */
function removeDead(dead) {
  const aside = `${LOCK}.${process.pid}.dead`;
  try {
    fs.renameSync(LOCK, aside);
    if (fs.readFileSync(aside, 'utf8') !== dead) fs.linkSync(aside, LOCK);
  } catch {
    // Somebody else was faster; the next look tells.
  }
  fs.rmSync(aside, { force: true });
}

async function take() {
  fs.mkdirSync(TOOLCHAIN, { recursive: true });
  let reminded = 0;
  while (!tryTake()) {
    const text = readLock();
    const owner = text === undefined ? undefined : livingOwner(text);
    if (text !== undefined && !owner) removeDead(text);
    if (owner && Date.now() - reminded > REMIND_MS) {
      say(`waiting for another set-up in this folder: process ${owner.pid} (${owner.command})`);
      reminded = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, owner ? POLL_MS : 10));
  }
}

/** Gives the lock back, unless it has become somebody else's. */
function release() {
  const text = readLock();
  if (text !== undefined && livingOwner(text)?.pid === process.pid) fs.rmSync(LOCK, { force: true });
}

/**
 * Runs `work` while no other set-up runs in this folder.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function locked(work) {
  await take();
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}
