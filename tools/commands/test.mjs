// `npm test [-- words]`: builds everything, runs every test file through Node's test runner, prints
// one closing summary and writes build/conformance.json. Words choose files by their names:
// `npm test -- hosts/node web` runs those whose path contains one of the words.
// `npm run test:all` runs the conformance suite in every other combination of build and host, too.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { build } from '../build.mjs';
import { SetupError, elapsed } from '../setup/log.mjs';
import { ROOT, inRoot } from '../setup/places.mjs';
import { writeMatrix } from '../testing/matrix.mjs';
import { Results } from '../testing/results.mjs';
import { summary } from '../testing/summary.mjs';

/**
 * What is built before the tests, so that none of them waits for a compiler. A test file still asks
 * for what it needs: then this is done already, or fails there with the compiler's words.
 * @type {[string, string[]][]}
 */
const BUILDS = [
  ['native-asan', ['conformance', 'levels', 'tally', 'traces']],
  ['web', []],
  ['wasi-p1', []],
  ['wasi-p2', []],
  ['web-trampoline', ['conformance', 'boundary']],
  ['web-exceptions', ['conformance', 'boundary']],
];

/** What only `--all` adds: the conformance suite in every build on every host that can run it. */
const ALL = '--all';
const COMBINATIONS = 'combinations';

/** Every other folder of test files; each must have some. `.` is the files right in tests/. */
const SUITES = ['hosts', '.', 'web', 'wasi', 'traces', 'demos'];

/** Test files run side by side; some of their programs need more memory than time. */
const CONCURRENCY = Math.min(4, os.availableParallelism());

/** No test file takes this long unless it hangs. */
const FILE_TIMEOUT_MS = 20 * 60_000;

/** @param {string} suite @returns {string[]} absolute paths */
function filesOf(suite) {
  const folder = inRoot('tests', suite);
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  return names.sort().map((name) => path.join(folder, name));
}

/** @param {string} file */
function label(file) {
  return path.relative(inRoot('tests'), file).replace(/\.test\.mjs$/, '');
}

/**
 * The files that these words choose; all without words.
 * @param {string[]} words
 * @param {string[]} suites
 */
function chosen(words, suites) {
  const files = suites.flatMap(filesOf);
  if (words.length === 0) return files;
  const some = files.filter((file) => words.some((word) => label(file).includes(word)));
  if (some.length > 0) return some;
  throw new SetupError(
    `no test file's name contains ${words.join(' or ')}`,
    `the names are: ${files.map(label).join(', ')}`,
  );
}

/** A failed build is told by every test that needs it; here it must not keep the others from it. */
async function buildAll() {
  for (const [preset, targets] of BUILDS) {
    try {
      await build(preset, targets);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
}

/**
 * @param {string[]} files
 * @param {Results} results
 */
async function runFiles(files, results) {
  const stream = run({ files, concurrency: CONCURRENCY, timeout: FILE_TIMEOUT_MS });
  for await (const { type, data } of stream) {
    const told = results.take(type, /** @type {any} */ (data));
    if (told) process.stdout.write(`${told}\n`);
  }
}

/** @param {string[]} args */
export async function main(args) {
  const start = Date.now();
  process.chdir(ROOT);
  const words = args.filter((arg) => arg !== ALL);
  const suites = args.includes(ALL) || words.length > 0 ? [...SUITES, COMBINATIONS] : SUITES;
  const files = chosen(words, suites);
  if (words.length === 0) await buildAll();
  const results = new Results();
  await runFiles(files, results);
  const missing = SUITES.filter((suite) => filesOf(suite).length === 0);
  for (const file of files) results.expect(file);
  for (const suite of words.length === 0 ? missing : []) results.absent(suite);
  writeMatrix(results, words.length === 0);
  process.stdout.write(`\n${summary(results)}\n\n`);
  const { passed, failed, skipped } = results.totals();
  process.stdout.write(`The whole took ${elapsed(start)}.\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed > 0 ? 1 : 0;
}
