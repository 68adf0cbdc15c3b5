// Folders in `.toolchain` that appear whole or not at all: filled under another name, then renamed.
import fs from 'node:fs';
import path from 'node:path';
import { SCRATCH, inToolchain } from './places.mjs';

const STAMP = '.stamp';

/**
 * Whether `.toolchain/<name>` was completed from this very recipe.
 * @param {string} name
 * @param {string} recipe whatever the content depends on: versions, options
 */
export function isBuilt(name, recipe) {
  try {
    return fs.readFileSync(inToolchain(name, STAMP), 'utf8') === recipe;
  } catch {
    return false;
  }
}

/**
 * Fills a new folder and puts it at `.toolchain/<name>`, in place of what was there.
 * @param {string} name
 * @param {string} recipe
 * @param {(folder: string) => Promise<void>} fill
 */
export async function build(name, recipe, fill) {
  const draft = path.join(SCRATCH, `${name}-${process.pid}-${Date.now()}`);
  fs.mkdirSync(draft, { recursive: true });
  await fill(draft);
  fs.writeFileSync(path.join(draft, STAMP), recipe);
  const target = inToolchain(name);
  if (fs.existsSync(target)) fs.renameSync(target, `${draft}-old`);
  fs.renameSync(draft, target);
  sweep(`${draft}-old`);
}

/**
 * Removes a folder. A process of a killed run may still be writing in there: what cannot be
 * removed now is removed by the next set-up.
 * @param {string} folder
 */
function sweep(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // See above.
  }
}

/** Removes what killed runs have left. Only under the lock. */
export function sweepScratch() {
  sweep(SCRATCH);
}

/**
 * Writes a file in one go, and only when it would change: others compare its time.
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  try {
    if (fs.readFileSync(file, 'utf8') === text) return;
  } catch {
    // Not there yet.
  }
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}
