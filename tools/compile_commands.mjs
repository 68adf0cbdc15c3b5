// The flags of a preset, for running a compiler or a linter on single files.
import fs from 'node:fs';
import path from 'node:path';
import { configured } from './build.mjs';
import { inRoot } from './setup/places.mjs';

/** The words of a command that concern its own file and are not flags for other files. */
const OF_THE_FILE = /^(-MD|-Winvalid-pch)$/;
const OF_THE_FILE_WITH_VALUE = /^(-o|-c|-MT|-MF)$/;

/**
 * The compiler and the flags with which a preset compiles the sources of a folder.
 * @param {string} preset
 * @param {string} folder relative to the project
 * @returns {Promise<string[]>} the compiler, then its flags
 */
export async function commandOf(preset, folder) {
  const built = await configured(preset);
  const commands = JSON.parse(fs.readFileSync(path.join(built, 'compile_commands.json'), 'utf8'));
  // A unity build compiles only one generated file, which is in the build folder.
  const roots = [inRoot(folder), path.join(built, folder)].map((root) => root + path.sep);
  const entry = commands.find((/** @type {{file: string}} */ { file }) =>
    roots.some((root) => file.startsWith(root)),
  );
  if (!entry) throw new Error(`the preset ${preset} compiles no file of ${folder}`);
  const words = entry.command.split(' ').filter(Boolean);
  return words.filter((/** @type {string} */ word, /** @type {number} */ index) => {
    const value = index > 0 && OF_THE_FILE_WITH_VALUE.test(words[index - 1]);
    return !value && !OF_THE_FILE.test(word) && !OF_THE_FILE_WITH_VALUE.test(word);
  });
}
