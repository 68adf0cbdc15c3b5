// What `npm test` can run: every test file below tests/, and each table's file once per host.
import fs from 'node:fs';
import path from 'node:path';
import { TABLES } from '../../tests/support/tables.mjs';
import { SetupError } from '../setup/log.mjs';
import { inRoot } from '../setup/places.mjs';

const ENDING = '.test.mjs';

/**
 * A test file on one host.
 * @typedef {object} Unit
 * @property {string} name what words on the command line choose by
 * @property {string} file its path
 * @property {string} suite
 * @property {string} host
 * @property {boolean} [onlyAll] runs only when named or with --all
 */

/** @returns {Unit[]} */
function unitsOfTables() {
  return TABLES.flatMap(({ name, file, suite = name, hosts, onlyAll }) =>
    hosts.map((host) => ({
      name: `${name}/${host}`,
      file: inRoot('tests', file),
      suite,
      host,
      onlyAll,
    })),
  );
}

/**
 * A file that runs once. The host may end its name, as in `page.chromium.test.mjs`; otherwise it
 * is Node, or the native host for the files directly in tests/.
 * @param {string} relative below tests/
 * @returns {Unit}
 */
export function unitOf(relative) {
  const name = relative.slice(0, -ENDING.length);
  const [, suite, host] = name.match(/^(.*?)\.([\w-]+)$/) ?? ['', name, undefined];
  const usual = name.includes('/') ? 'node' : 'native';
  return { name, file: inRoot('tests', relative), suite, host: host ?? usual };
}

/** @returns {Unit[]} */
function unitsOfFiles() {
  const tables = new Set(TABLES.map(({ file }) => file));
  return fs
    .readdirSync(inRoot('tests'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith(ENDING) && !tables.has(file))
    .sort()
    .map(unitOf);
}

/**
 * The units that these words choose: a unit's full name chooses that unit, any other word those
 * whose names contain it. No words choose everything, or everything but `onlyAll`.
 * @param {string[]} words
 * @param {boolean} all
 */
export function chosen(words, all) {
  const units = [...unitsOfTables(), ...unitsOfFiles()];
  if (words.length === 0) return units.filter(({ onlyAll }) => all || !onlyAll);
  const names = units.map(({ name }) => name);
  const fits = (/** @type {string} */ name, /** @type {string} */ word) =>
    names.includes(word) ? name === word : name.includes(word);
  const some = units.filter(({ name }) => words.some((word) => fits(name, word)));
  if (some.length > 0) return some;
  throw new SetupError(
    `no test's name contains ${words.join(' or ')}`,
    `choose from these names, or parts of them:\n    ${names.join('\n    ')}`,
  );
}
