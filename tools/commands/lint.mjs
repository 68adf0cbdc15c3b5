// `npm run lint`: clang-tidy over the core, its I/O and its hosts, and the TypeScript compiler over
// all JavaScript. Words choose files: `npm run lint -- task channel`.
import { execFile, execFileSync } from 'node:child_process';
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

/**
 * The C++ that is checked, and with the flags of which builds.
 * @type {{preset: string, room: string, files: RegExp}[]}
 */
const ROOMS = [
  { preset: 'native', room: 'runtime', files: /./ },
  { preset: 'native', room: 'io', files: /./ },
  { preset: 'wasi-p1', room: 'wasi', files: /^(?!p2\/)/ },
  { preset: 'wasi-p2', room: 'wasi', files: /^p2\// },
  { preset: 'web', room: 'web', files: /./ },
  { preset: 'web', room: 'bindings', files: /./ },
];

/**
 * The flags of a preset for the sources of a room, as clang takes them.
 * @param {string} preset
 * @param {string} room
 */
async function flagsOf(preset, room) {
  const [compiler, ...flags] = await commandOf(preset, room);
  if (preset !== 'web') return flags;
  // emcc passes these on to clang, with the flags that it is given.
  const added = execFileSync(compiler, ['--cflags'], { encoding: 'utf8' });
  const ofEmcc = '-Wno-version-check';
  return [...added.trim().split(' '), ...flags.filter((flag) => flag !== ofEmcc)];
}

/** One check per source. @param {(typeof ROOMS)[number]} rooms */
async function tidyChecksOf({ preset, room, files }) {
  const flags = await flagsOf(preset, room);
  const names = fs.readdirSync(inRoot(room, 'src'), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.cpp') && files.test(name))
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
  /** @type {Check[]} */
  const checks = [types];
  for (const rooms of ROOMS) checks.push(...(await tidyChecksOf(rooms)));
  return checks;
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
