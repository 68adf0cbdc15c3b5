// The files of the project.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { ROOT, inRoot } from './setup/places.mjs';

/**
 * The files that Git tracks or would add, relative to the project; those in .gitignore are not
 * among them.
 * @param {...string} patterns as `git ls-files` takes them; all files if there are none
 */
export function projectFiles(...patterns) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...patterns];
  const names = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return names.filter(
    (name) => name && fs.statSync(inRoot(name), { throwIfNoEntry: false })?.isFile(),
  );
}
