// Programs that a killed set-up has left running: npm, say, would continue to write into
// `node_modules` while the next set-up does the same. So each running program is recorded in a
// file, and the next set-up ends those whose parent is gone.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from './files.mjs';
import { say } from './log.mjs';
import { inToolchain } from './places.mjs';
import { identify, isAlive } from './processes.mjs';

const RECORDS = inToolchain('running');
const POLL_MS = 200;

/** Killing these could leave the system's package database broken. */
const LEFT_TO_FINISH = /^(apt|dpkg)/;

/** @typedef {import('./processes.mjs').Identity} Identity */
/** @typedef {{child: Identity, parent: Identity, program: string}} Entry */

/**
 * Records a child process.
 * @param {number} pid
 * @param {string} program
 * @returns {() => void} removes the record
 */
export function record(pid, program) {
  const file = path.join(RECORDS, String(pid));
  const entry = { child: identify(pid), parent: identify(process.pid), program };
  fs.mkdirSync(RECORDS, { recursive: true });
  fs.writeFileSync(file, JSON.stringify(entry));
  return () => fs.rmSync(file, { force: true });
}

/** @param {Entry} entry */
async function endOrphan({ child, program }) {
  if (LEFT_TO_FINISH.test(path.basename(program))) {
    say(`waiting for ${program} (process ${child.pid}) of an interrupted set-up`);
  } else {
    say(`ending ${program} (process ${child.pid}) of an interrupted set-up`);
    process.kill(child.pid, 'SIGKILL');
  }
  while (isAlive(child)) await sleep(POLL_MS);
}

/** Ends the programs that killed set-ups have left running. Call only under the lock. */
export async function endOrphans() {
  if (!fs.existsSync(RECORDS)) return;
  for (const name of fs.readdirSync(RECORDS)) {
    const file = path.join(RECORDS, name);
    const entry = /** @type {Entry | undefined} */ (readJson(file));
    if (entry && isAlive(entry.parent)) continue;
    if (entry && isAlive(entry.child)) await endOrphan(entry);
    fs.rmSync(file, { force: true });
  }
}
