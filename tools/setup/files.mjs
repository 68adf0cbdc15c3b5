// Reading files that may be missing.
import fs from 'node:fs';

/** @param {string} file @returns {string | undefined} its text; nothing if it cannot be read */
export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file @returns {any} its value; nothing if it cannot be read or is not JSON */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
