// Where the set-up keeps its files. Everything that it fetches is in one folder that Git ignores,
// so deleting `.toolchain` is always a safe way to start over.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/**
 * The folder of everything that is fetched. Checkouts may share one by a link: then all of them know
 * it by the same path, and write the same paths into it.
 */
export const TOOLCHAIN = real(path.join(ROOT, '.toolchain'));

/** Folders under construction. What a killed run leaves in here may be deleted. */
export const SCRATCH = path.join(TOOLCHAIN, 'tmp');

/** @param {...string} parts */
export const inRoot = (...parts) => path.join(ROOT, ...parts);

/** @param {...string} parts */
export const inToolchain = (...parts) => path.join(TOOLCHAIN, ...parts);

/**
 * Where a path leads, if that exists.
 * @param {string} file
 */
function real(file) {
  return fs.existsSync(file) ? fs.realpathSync(file) : file;
}

/**
 * A path for messages: relative if it is inside the project.
 * @param {string} file
 */
export function shown(file) {
  const relative = path.relative(ROOT, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
