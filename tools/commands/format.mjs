// `npm run format`: formats the C++ sources in place with clang-format. With --check it only lists
// the files that it would change.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { optionsIn } from '../options.mjs';
import { projectFiles } from '../project_files.mjs';
import { tools } from '../setup/index.mjs';
import { ROOT, inRoot } from '../setup/places.mjs';

const execute = promisify(execFile);

/** @param {string} name @returns {Promise<string | undefined>} the formatted text, if it differs */
async function reformatted(name) {
  const { stdout } = await execute(tools().clangFormat, [name], { cwd: ROOT, maxBuffer: 1 << 26 });
  return stdout !== fs.readFileSync(inRoot(name), 'utf8') ? stdout : undefined;
}

/** @param {string[]} args */
export async function main(args) {
  const { check } = optionsIn(args, { check: { type: 'boolean' } }, 'npm run format [-- --check]');
  const names = projectFiles('*.cpp', '*.h');
  let changed = 0;
  for (const name of names) {
    const text = await reformatted(name);
    if (text === undefined) continue;
    changed += 1;
    if (!check) fs.writeFileSync(inRoot(name), text);
    console.log(`${check ? 'not formatted' : 'formatted'}: ${name}`);
  }
  console.log(`${names.length} files checked, ${changed} ${check ? 'to change' : 'changed'}`);
  return check && changed > 0 ? 1 : 0;
}
