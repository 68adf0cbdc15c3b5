// The set-up's front door.
import { locked } from './lock.mjs';
import { SetupError, elapsed, say } from './log.mjs';
import { endOrphans } from './orphans.mjs';
import { sweepScratch } from './unpack.mjs';
import { writePaths } from './cmake-paths.mjs';
import binaryen from './parts/binaryen.mjs';
import browser from './parts/browser.mjs';
import { cmake, ninja, python } from './parts/cmake.mjs';
import emscripten, { exceptions } from './parts/emscripten.mjs';
import llvm from './parts/llvm.mjs';
import npm from './parts/npm.mjs';
import wasi from './parts/wasi.mjs';
import wasmTools from './parts/wasm-tools.mjs';
import wasmtime from './parts/wasmtime.mjs';

/** @typedef {import('./part.mjs').Part} Part */

/** Every part, each after those it needs. @type {Part[]} */
export const PARTS = [
  npm,
  cmake,
  ninja,
  python,
  llvm,
  binaryen,
  emscripten,
  exceptions,
  wasi,
  wasmTools,
  wasmtime,
  browser,
];

/** What a build for a platform, or a run on a host, takes. @type {Record<string, string[]>} */
const GROUPS = {
  native: ['cmake', 'ninja', 'llvm'],
  web: ['npm', 'cmake', 'ninja', 'emscripten'],
  'wasi-p1': ['cmake', 'ninja', 'wasi', 'binaryen'],
  'wasi-p2': ['cmake', 'ninja', 'wasi', 'binaryen', 'wasm-tools'],
  all: PARTS.map((part) => part.name),
};

function known() {
  return `parts: ${[...PARTS.map((part) => part.name), ...Object.keys(GROUPS)].join(', ')}`;
}

/**
 * @param {string[]} names parts or groups of parts
 * @returns {Part[]} these and what they need, in order
 */
function closure(names) {
  const wanted = new Set();
  const add = (/** @type {string} */ name) => {
    if (GROUPS[name]) return GROUPS[name].forEach(add);
    const part = PARTS.find((candidate) => candidate.name === name);
    if (!part) throw new SetupError(`no such part of the tool set: ${name}`, known());
    const found = part.find();
    if (!found || found.from === '.toolchain') part.needs.forEach(add);
    wanted.add(part);
  };
  names.forEach(add);
  return PARTS.filter((part) => wanted.has(part));
}

/**
 * Ends early, and with the whole list, when some parts are missing that cannot be fetched here.
 * @param {Part[]} parts
 */
function checkFetchable(parts) {
  const hopeless = parts.filter((part) => !part.find() && !part.canFetch());
  if (hopeless.length === 0) return;
  const list = hopeless.map((part) => `\n    ${part.title}: ${part.own}`).join('');
  throw new SetupError(
    'some tools are missing, and this set-up can fetch them only as root on Debian',
    `install these yourself:${list}\n  \`npm run doctor\` shows what is found.`,
  );
}

/** @param {Part} part */
async function provide(part) {
  if (part.find()) return;
  await part.fetch();
  if (part.find()) return;
  throw new SetupError(
    `${part.title} was fetched, but does not work`,
    `bring your own: ${part.own}; or delete .toolchain and try again`,
  );
}

/**
 * Sees to it that these parts of the tool set are there. Quick when they are.
 * @param {string[]} names parts ("llvm") or what they are for ("web", "all")
 */
export async function setup(names) {
  const parts = closure(names);
  if (!parts.every((part) => part.find())) {
    const start = Date.now();
    checkFetchable(parts);
    await locked(async () => {
      await endOrphans();
      sweepScratch();
      for (const part of parts) await provide(part);
    });
    say(`all tools are there (${elapsed(start)})`);
  }
  writePaths(tools());
}

/**
 * The paths of all tools that are there. A missing one is `undefined`: ask `setup` first.
 * @returns {Record<string, string>}
 */
export function tools() {
  return Object.assign({ node: process.execPath }, ...PARTS.map((part) => part.find()?.paths));
}
