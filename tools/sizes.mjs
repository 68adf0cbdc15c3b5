// Measures the smallest programs and keeps them within the size budget, bench/sizes.json.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { commandOf } from './compile_commands.mjs';
import { readJson } from './setup/files.mjs';
import { tools } from './setup/index.mjs';
import { inRoot } from './setup/places.mjs';

/** @typedef {{measure: string, host: string, file: string, raw: number, gzip: number}} Size */
/** @typedef {{tools: Record<string, string>, sizes: Size[]}} Budget */

export const BUDGET = inRoot('bench', 'sizes.json');

/** A size may change by the larger of these unnoticed: compilers lay out data differently. */
const TOLERANCE = 0.002;
const TOLERANCE_BYTES = 24;

/** The programs, and the files of each that users download. */
const PROGRAMS = [
  {
    measure: 'export',
    host: 'web',
    preset: 'web',
    target: 'size_export',
    files: ['size_export.wasm', 'size_export.mjs', 'size_export.node.mjs'],
  },
  {
    measure: 'sleep_print',
    host: 'wasi-p1',
    preset: 'wasi-p1',
    target: 'size_sleep',
    files: ['size_sleep.wasm'],
  },
  {
    measure: 'sleep_print',
    host: 'wasi-p2',
    preset: 'wasi-p2',
    target: 'size_sleep',
    files: ['size_sleep.wasm'],
  },
];

/** Optimizes for size. These builds have folders of their own. */
const SMALL = { CMAKE_BUILD_TYPE: 'MinSizeRel', CMAKE_CXX_FLAGS_MINSIZEREL: '-Oz -DNDEBUG' };

/** How many coroutines are measured together. */
const COROUTINES = 100;

/**
 * Compiles a module of `count` coroutines, without the core.
 * @param {string[]} command
 * @param {string} level the optimization level, for the compiler and wasm-opt
 * @param {number} count
 * @param {string} scratch a folder for the module
 */
function compileCoroutines([compiler, ...flags], level, count, scratch) {
  const module = path.join(scratch, 'coroutines.wasm');
  const link = ['-nostdlib', '--no-wasm-opt', '-Wl,--no-entry,--allow-undefined,--export-table,--export=coroutines'];
  const source = inRoot('bench/sizes/coroutines.cpp');
  const defined = `-DWASIO_COROUTINES=${count}`;
  execFileSync(compiler, [...flags, level, defined, source, ...link, '-o', module]);
  execFileSync(tools().wasmOpt, [level, '--strip-debug', module, '-o', module]);
  return fs.readFileSync(module);
}

/**
 * Measures what a hundred coroutines add, for each level of optimization and of places.
 * @returns {Promise<Size[]>}
 */
async function measureCoroutines() {
  const command = await commandOf('wasi-p1', 'runtime');
  const kept = command.filter((word) => !/^-(O|DWASIO_PLACES)/.test(word));
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-sizes-'));
  const gzipped = (/** @type {Uint8Array} */ bytes) => gzipSync(bytes, { level: 9 }).length;
  try {
    return ['-Oz', '-O2'].flatMap((level) =>
      [0, 1].map((places) => {
        const flags = [...kept, `-DWASIO_PLACES=${places}`];
        const none = compileCoroutines(flags, level, 0, scratch);
        const all = compileCoroutines(flags, level, COROUTINES, scratch);
        return {
          measure: `${COROUTINES}_coroutines`,
          host: 'wasi-p1',
          file: `${level} WASIO_PLACES=${places}`,
          raw: all.length - none.length,
          gzip: gzipped(all) - gzipped(none),
        };
      }),
    );
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Measures coroutines by themselves; then builds the programs and measures their files.
 * @returns {Promise<Size[]>}
 */
export async function measureSizes() {
  const sizes = await measureCoroutines();
  for (const { measure, host, preset, target, files } of PROGRAMS) {
    const folder = inRoot('build', `${preset}-small`);
    await build(preset, [target], { folder, variables: SMALL });
    for (const file of files) {
      const bytes = fs.readFileSync(path.join(folder, 'bench/sizes', file));
      const gzip = gzipSync(bytes, { level: 9 }).length;
      sizes.push({ measure, host, file, raw: bytes.length, gzip });
    }
  }
  return sizes;
}

/** The versions of the tools that the sizes depend on. */
export function sizeTools() {
  const { emcc, wasmOpt, wasiBin } = tools();
  const version = (/** @type {string} */ program) =>
    execFileSync(program, ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+|version \d+/)?.[0];
  return Object.fromEntries(
    Object.entries({ emcc, clang: path.join(wasiBin, 'clang'), 'wasm-opt': wasmOpt }).map(
      ([name, program]) => [name, version(program) ?? 'unknown'],
    ),
  );
}

/** @returns {Budget | undefined} */
export function readBudget() {
  return readJson(BUDGET);
}

/** @param {Size[]} sizes */
export function writeBudget(sizes) {
  const text = JSON.stringify({ tools: sizeTools(), sizes }, null, 2);
  fs.writeFileSync(BUDGET, `${text}\n`);
}

/** @param {Size} size */
const key = ({ measure, host, file }) => `${measure} ${host} ${file}`;

/**
 * Where the sizes differ from the budget by more than the tolerance, in either direction: a
 * decrease that is not recorded could be lost again unnoticed.
 * @param {Size[]} before
 * @param {Size[]} now
 * @returns {string[]}
 */
export function changes(before, now) {
  const known = new Map(before.map((size) => [key(size), size]));
  const found = now.flatMap((size) => {
    const old = known.get(key(size));
    known.delete(key(size));
    if (!old) return [`${key(size)}: new, ${size.raw} bytes`];
    return /** @type {const} */ (['raw', 'gzip'])
      .filter((sort) => {
        const allowed = Math.max(TOLERANCE_BYTES, old[sort] * TOLERANCE);
        return Math.abs(size[sort] - old[sort]) > allowed;
      })
      .map((sort) => `${key(size)}: ${sort} was ${old[sort]} bytes, is now ${size[sort]}`);
  });
  return [...found, ...[...known.keys()].map((gone) => `${gone}: missing`)];
}
