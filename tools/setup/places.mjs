// Where the set-up keeps things. Everything it fetches lies in one git-ignored folder, so that
// deleting `.toolchain` is always a safe way to start again.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** The folder of everything fetched. */
export const TOOLCHAIN = path.join(ROOT, '.toolchain');

/** Folders under construction; whatever is left in here by a killed run is rubbish. */
export const SCRATCH = path.join(TOOLCHAIN, 'tmp');

/** @param {...string} parts */
export const inRoot = (...parts) => path.join(ROOT, ...parts);

/** @param {...string} parts */
export const inToolchain = (...parts) => path.join(TOOLCHAIN, ...parts);

/**
 * A path as a reader of messages wants it: relative when inside the project.
 * @param {string} file
 */
export function shown(file) {
  const relative = path.relative(ROOT, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
