// Which processes are alive. A process is identified by its id and its start time: ids are reused.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * When a process started, in the system's own unit; nothing if it is not running.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name, in parentheses, may contain blanks: count the fields after it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return fs.existsSync('/proc/self/stat') ? undefined : askPs(pid);
  }
}

/** The same on systems without /proc. @param {number} pid */
function askPs(pid) {
  const done = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return done.stdout?.trim() || undefined;
}

/** @typedef {{pid: number, started: string}} Identity */

/** @param {number} pid @returns {Identity} */
export function identify(pid) {
  return { pid, started: startOf(pid) ?? '' };
}

/** @param {Identity} identity */
export function isAlive({ pid, started }) {
  return started !== '' && startOf(pid) === started;
}
