// Files and folders in `.toolchain` that appear whole or not at all: they are filled under another
// name, then renamed.
import fs from 'node:fs';
import path from 'node:path';
import { readText } from './files.mjs';
import { SCRATCH, inToolchain } from './places.mjs';

const STAMP = '.stamp';

/** Creates a new empty folder that `sweepScratch` removes. @param {string} name */
export function newScratch(name) {
  const folder = path.join(SCRATCH, `${name}-${process.pid}-${Date.now()}`);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Whether `.toolchain/<name>` was completed from this recipe.
 * @param {string} name
 * @param {string} recipe whatever the content depends on: versions, options
 */
export function isBuilt(name, recipe) {
  return readText(inToolchain(name, STAMP)) === recipe;
}

/**
 * Fills a new folder and moves it to `.toolchain/<name>`, replacing what was there.
 * @param {string} name
 * @param {string} recipe
 * @param {(folder: string) => Promise<void>} fill
 */
export async function build(name, recipe, fill) {
  const draft = newScratch(name);
  await fill(draft);
  fs.writeFileSync(path.join(draft, STAMP), recipe);
  const target = inToolchain(name);
  if (fs.existsSync(target)) fs.renameSync(target, `${draft}-old`);
  fs.renameSync(draft, target);
  sweep(`${draft}-old`);
}

/**
 * Removes a folder. A process of a killed run may still be writing to it: what cannot be removed
 * now, the next set-up removes.
 * @param {string} folder
 */
function sweep(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // See above.
  }
}

/** Removes what killed runs have left. Call only under the lock. */
export function sweepScratch() {
  sweep(SCRATCH);
}

/**
 * Replaces a file atomically, and only if its text changes: others compare its modification time.
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  if (readText(file) === text) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}
