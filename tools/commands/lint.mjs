// `npm run lint`: clang-tidy over the core, and the TypeScript compiler over everything that is
// JavaScript. Words choose files: `npm run lint -- task channel`.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { commandOf } from '../compile_commands.mjs';
import { tools } from '../setup/index.mjs';
import { ROOT, inRoot } from '../setup/places.mjs';

/** @typedef {{name: string, program: string, args: string[]}} Check */

/**
 * @param {Check} check
 * @returns {Promise<boolean>} whether all is well
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

/** Each source of the core, with the flags of the native build. @returns {Promise<Check[]>} */
async function tidyChecks() {
  const [, ...flags] = await commandOf('native', 'runtime');
  const names = fs.readdirSync(inRoot('runtime/src')).filter((name) => name.endsWith('.cpp'));
  return names.map((name) => ({
    name: `clang-tidy runtime/src/${name}`,
    program: tools().clangTidy,
    args: ['--quiet', inRoot('runtime/src', name), '--', ...flags],
  }));
}

/** @param {string[]} words */
export async function main(words) {
  const types = {
    name: 'tsc',
    program: process.execPath,
    args: [inRoot('node_modules/typescript/bin/tsc'), '--noEmit', '-p', inRoot('tsconfig.json')],
  };
  const all = [types, ...(await tidyChecks())];
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((w) => name.includes(w)));
  let failed = 0;
  const worker = async () => {
    for (let check = chosen.shift(); check; check = chosen.shift()) {
      if (!(await passes(check))) failed += 1;
    }
  };
  const count = chosen.length;
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
  console.log(`${count} checks, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}
