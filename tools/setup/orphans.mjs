// A set-up that is killed cannot end the programs it has started: npm would go on writing into
// `node_modules` while the next set-up does the same. So each running program is on record, and
// the next set-up deals with those whose parent is gone.
import fs from 'node:fs';
import path from 'node:path';
import { say } from './log.mjs';
import { inToolchain } from './places.mjs';
import { identify, isAlive } from './processes.mjs';

const RECORDS = inToolchain('running');
const POLL_MS = 200;

/** Killing these halfway would leave the system's package database to mend. */
const LEFT_TO_FINISH = /^(apt|dpkg)/;

/** @typedef {import('./processes.mjs').Identity} Identity */
/** @typedef {{child: Identity, parent: Identity, program: string}} Entry */

/**
 * Puts a child process on record.
 * @param {number} pid
 * @param {string} program
 * @returns {() => void} takes it off again
 */
export function record(pid, program) {
  const file = path.join(RECORDS, String(pid));
  const entry = { child: identify(pid), parent: identify(process.pid), program };
  fs.mkdirSync(RECORDS, { recursive: true });
  fs.writeFileSync(file, JSON.stringify(entry));
  return () => fs.rmSync(file, { force: true });
}

/** @param {string} file @returns {Entry | undefined} */
function readEntry(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {Entry} entry */
async function endOrphan({ child, program }) {
  if (LEFT_TO_FINISH.test(path.basename(program))) {
    say(`waiting for ${program} (process ${child.pid}) of an interrupted set-up`);
  } else {
    say(`ending ${program} (process ${child.pid}) of an interrupted set-up`);
    process.kill(child.pid, 'SIGKILL');
  }
  while (isAlive(child)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Sees to it that no program of a killed set-up runs any more. Only under the lock. */
export async function endOrphans() {
  if (!fs.existsSync(RECORDS)) return;
  for (const name of fs.readdirSync(RECORDS)) {
    const file = path.join(RECORDS, name);
    const entry = readEntry(file);
    if (entry && isAlive(entry.parent)) continue;
    if (entry && isAlive(entry.child)) await endOrphan(entry);
    fs.rmSync(file, { force: true });
  }
}
