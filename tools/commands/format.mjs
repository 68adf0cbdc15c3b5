// `npm run format`: clang-format over the C++ sources, in place; with --check it only lists what it
// would change.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { tools } from '../setup/index.mjs';
import { SetupError } from '../setup/log.mjs';
import { ROOT, inRoot } from '../setup/places.mjs';

const execute = promisify(execFile);

/** The C++ files that Git knows or would take. */
function sources() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.cpp', '*.h'];
  const names = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return names.filter((name) => name && fs.existsSync(inRoot(name)));
}

/** @param {string} name what clang-format makes of it, if it would change it */
async function wouldChange(name) {
  const { stdout } = await execute(tools().clangFormat, [name], { cwd: ROOT, maxBuffer: 1 << 26 });
  return stdout !== fs.readFileSync(inRoot(name), 'utf8') ? stdout : undefined;
}

/** @param {string[]} args */
export async function main(args) {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown) throw new SetupError(`format does not know ${unknown}`, 'npm run format [-- --check]');
  const check = args.includes('--check');
  const names = sources();
  let changed = 0;
  for (const name of names) {
    const text = await wouldChange(name);
    if (text === undefined) continue;
    changed += 1;
    if (!check) fs.writeFileSync(inRoot(name), text);
    console.log(`${check ? 'not formatted' : 'formatted'}: ${name}`);
  }
  console.log(`${names.length} files looked at, ${changed} ${check ? 'to change' : 'changed'}`);
  return check && changed > 0 ? 1 : 0;
}
