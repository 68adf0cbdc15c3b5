// Finds programs and their versions. Asking a program for its version costs a process, so answers
// are cached for as long as the program's file stays the same.
import fs from 'node:fs';
import path from 'node:path';
import { readJson } from './files.mjs';
import { inToolchain } from './places.mjs';
import { ask } from './run.mjs';
import { writeWhole } from './unpack.mjs';

const ANSWERS = inToolchain('answers.json');

/** @type {Record<string, string> | undefined} */
let answers;

/** @param {string} file */
export function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The first of these programs on PATH.
 * @param {...string} names
 * @returns {string | undefined}
 */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

/**
 * Identifies a file's current content without reading it.
 * @param {string} file
 */
function fingerprint(file) {
  const real = fs.realpathSync(file);
  const { size, mtimeMs } = fs.statSync(real);
  return `${real} ${size} ${mtimeMs}`;
}

/**
 * Returns the answer to a question about a program, which is asked once per content of its file. An
 * answer of `undefined` is not cached: what fails today may work tomorrow.
 * @param {string} program
 * @param {string} topic
 * @param {() => string | undefined} question
 * @returns {string | undefined}
 */
export function remembered(program, topic, question) {
  if (!fs.existsSync(program)) return undefined;
  const key = `${topic}: ${fingerprint(program)}`;
  answers ??= /** @type {Record<string, string>} */ (readJson(ANSWERS) ?? {});
  if (answers[key] !== undefined) return answers[key];
  const answer = question();
  if (answer === undefined) return undefined;
  answers[key] = answer;
  writeWhole(ANSWERS, JSON.stringify(answers, null, 1));
  return answer;
}

/**
 * A program's version, such as "22.1.8"; nothing if it does not run.
 * @param {string} program
 * @param {string[]} [args]
 * @returns {string | undefined}
 */
export function versionOf(program, args = ['--version']) {
  return remembered(program, `version ${args.join(' ')}`, () => {
    const text = ask(program, args);
    // Binaryen's versions are a plain number.
    return text?.match(/\d+(\.\d+)+/)?.[0] ?? text?.match(/\bversion (\d+)/)?.[1];
  });
}

/**
 * Whether a version is at least another.
 * @param {string | undefined} version
 * @param {string} min
 */
export function atLeast(version, min) {
  if (version === undefined) return false;
  const have = version.split('.').map(Number);
  const want = min.split('.').map(Number);
  for (let i = 0; i < want.length; i++) {
    if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > want[i];
  }
  return true;
}

/**
 * A program as what a part's `find` returns; nothing if it does not run or is too old.
 * @param {string | undefined} at its path
 * @param {string} from where it was found
 * @param {(at: string) => Record<string, string>} paths what it adds to `tools()`
 * @param {string} [min] the oldest version that will do
 * @returns {import('./part.mjs').Found | undefined}
 */
export function found(at, from, paths, min = '0') {
  if (!at || !isProgram(at)) return undefined;
  const version = versionOf(at);
  return version && atLeast(version, min) ? { paths: paths(at), version, from, at } : undefined;
}
