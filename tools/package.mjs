// dist/, the program in the npm package: the web build of demos/tally.
import fs from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { inRoot } from './setup/places.mjs';

/** The files that package.json names in "exports". */
const FILES = ['tally.mjs', 'tally.node.mjs', 'tally.wasm', 'tally.d.ts'];

/** Brings dist/ up to date and returns its path. */
export async function buildPackage() {
  const built = path.join(await build('web', ['tally']), 'demos/tally');
  const dist = inRoot('dist');
  fs.mkdirSync(dist, { recursive: true });
  for (const file of FILES) fs.copyFileSync(path.join(built, file), path.join(dist, file));
  return dist;
}
