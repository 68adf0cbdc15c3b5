// `npm run lint`: clang-tidy over the core and its I/O, and the TypeScript compiler over all
// JavaScript. Words choose files: `npm run lint -- task channel`.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { commandOf } from '../compile_commands.mjs';
import { forAll } from '../pool.mjs';
import { tools } from '../setup/index.mjs';
import { ROOT, inRoot } from '../setup/places.mjs';

/** @typedef {{name: string, program: string, args: string[]}} Check */

/**
 * @param {Check} check
 * @returns {Promise<boolean>} whether it passes
 */
function passes({ name, program, args }) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      console.log(`${error ? 'FAILED' : 'ok    '}  ${name}`);
      if (error) console.log(stdout.trim() || stderr.trim());
      resolve(!error);
    });
  });
}

/** One check per source of a room, with the flags of its native build. @param {string} room */
async function tidyChecksOf(room) {
  const [, ...flags] = await commandOf('native', room);
  const names = fs.readdirSync(inRoot(room, 'src'), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.cpp'))
    .map((name) => ({
      name: `clang-tidy ${room}/src/${name}`,
      program: tools().clangTidy,
      args: ['--quiet', inRoot(room, 'src', name), '--', ...flags],
    }));
}

/** @param {string[]} words */
export async function main(words) {
  const types = {
    name: 'tsc',
    program: process.execPath,
    args: [inRoot('node_modules/typescript/bin/tsc'), '--noEmit', '-p', inRoot('tsconfig.json')],
  };
  const all = [types, ...(await tidyChecksOf('runtime')), ...(await tidyChecksOf('io'))];
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((w) => name.includes(w)));
  let failed = 0;
  await forAll(chosen, async (check) => {
    if (!(await passes(check))) failed += 1;
  });
  console.log(`${chosen.length} checks, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
