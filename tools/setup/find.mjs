// Finding programs and asking them for their versions, cheaply: asking costs a process, so answers
// are kept, and hold for as long as the file asked stays the same.
import fs from 'node:fs';
import path from 'node:path';
import { ask } from './run.mjs';
import { inToolchain } from './places.mjs';
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

/** @returns {Record<string, string>} */
function load() {
  try {
    return JSON.parse(fs.readFileSync(ANSWERS, 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Identifies a file's present content without reading it.
 * @param {string} file
 */
function fingerprint(file) {
  const real = fs.realpathSync(file);
  const { size, mtimeMs } = fs.statSync(real);
  return `${real} ${size} ${mtimeMs}`;
}

/**
 * The answer to a question about a program, asked once per content of that program. An answer of
 * `undefined` is not kept: what fails today may work tomorrow.
 * @param {string} program
 * @param {string} topic
 * @param {() => string | undefined} question
 * @returns {string | undefined}
 */
export function remembered(program, topic, question) {
  if (!fs.existsSync(program)) return undefined;
  const key = `${topic}: ${fingerprint(program)}`;
  answers ??= load();
  if (answers[key] !== undefined) return answers[key];
  const answer = question();
  if (answer === undefined) return undefined;
  answers[key] = answer;
  writeWhole(ANSWERS, JSON.stringify(answers, null, 1));
  return answer;
}

/**
 * A program's version, such as "22.1.8"; nothing when it does not run.
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
 * @param {string} least
 */
export function atLeast(version, least) {
  if (version === undefined) return false;
  const have = version.split('.').map(Number);
  const want = least.split('.').map(Number);
  for (let i = 0; i < want.length; i++) {
    if ((have[i] ?? 0) !== want[i]) return (have[i] ?? 0) > want[i];
  }
  return true;
}
