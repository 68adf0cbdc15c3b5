// The set-up: finds the parts of the tool set, and fetches those that are missing.
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

/** Every part, each after the parts that it needs. @type {Part[]} */
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

/**
 * The parts that a build for a platform, or all commands, need.
 * @type {Record<string, string[]>}
 */
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
 * @returns {Part[]} these and the parts that they need, in order
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
 * Fails before anything is fetched, with a complete list, if parts are missing that cannot be
 * fetched here.
 * @param {Part[]} parts
 */
function checkFetchable(parts) {
  const hopeless = parts.filter((part) => !part.find() && !part.canFetch());
  if (hopeless.length === 0) return;
  const list = hopeless.map((part) => `\n    ${part.title}: ${part.own}`).join('');
  throw new SetupError(
    'some tools are missing, and they can be fetched only as root on Debian',
    `install these yourself:${list}\n  \`npm run doctor\` shows what was found.`,
  );
}

/** @param {Part} part */
async function provide(part) {
  if (part.find()) return;
  await part.fetch();
  if (part.find()) return;
  throw new SetupError(
    `${part.title} was fetched but does not work`,
    `bring your own: ${part.own}; or delete .toolchain and try again`,
  );
}

/**
 * Fetches those of these parts that are missing. Quick if none are.
 * @param {string[]} names parts ("llvm") or groups of parts ("web", "all")
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
 * The paths of all tools. Those of missing tools are `undefined`: call `setup` first.
 * @returns {Record<string, string>}
 */
export function tools() {
  return Object.assign({ node: process.execPath }, ...PARTS.map((part) => part.find()?.paths));
}
