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
 * @returns {Promise<string>} what it complains about; empty if it passes
 */
export function complaintsOf({ program, args }) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve(error ? stdout.trim() || stderr.trim() || error.message : '');
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

/** @returns {Promise<Check[]>} */
export async function lintChecks() {
  const types = {
    name: 'tsc',
    program: process.execPath,
    args: [inRoot('node_modules/typescript/bin/tsc'), '--noEmit', '-p', inRoot('tsconfig.json')],
  };
  return [types, ...(await tidyChecksOf('runtime')), ...(await tidyChecksOf('io'))];
}

/** @param {string[]} words */
export async function main(words) {
  const all = await lintChecks();
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((w) => name.includes(w)));
  let failed = 0;
  await forAll(chosen, async (check) => {
    const complaints = await complaintsOf(check);
    console.log(`${complaints ? 'FAILED' : 'ok    '}  ${check.name}`);
    if (complaints) console.log(complaints);
    if (complaints) failed += 1;
  });
  console.log(`${chosen.length} checks, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
