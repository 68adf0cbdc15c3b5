// `npm test [-- words]`: builds everything, runs every test file, each in a process of its own, share
// by share, prints one summary at the end and writes build/conformance.json. Words choose tests by
// their names: `npm test -- hosts/node web` runs the conformance suite in Node and all of tests/web.
// `npm run test:all` also runs the linters, and the conformance suite in every other combination of
// build and host.
import os from 'node:os';
import { build } from '../build.mjs';
import { forAll } from '../pool.mjs';
import { SetupError, elapsed } from '../setup/log.mjs';
import { ROOT } from '../setup/places.mjs';
import { table } from '../table.mjs';
import { writeMatrix } from '../testing/matrix.mjs';
import { Results } from '../testing/results.mjs';
import { runUnit } from '../testing/run.mjs';
import { sharesOf } from '../testing/shares.mjs';
import { summary } from '../testing/summary.mjs';
import { chosen } from '../testing/units.mjs';

/** @typedef {import('../testing/units.mjs').Unit} Unit */

const ALL = '--all';

/** How many test files run concurrently. Some of their programs need much memory. */
const CONCURRENCY = Math.min(4, os.availableParallelism());

/**
 * Builds what a share needs. A test file still builds what it needs: then that is up to date already,
 * or fails there with the compiler's messages; so a failed build must not stop the others.
 * @param {[string, string[]][]} builds
 */
async function buildAll(builds) {
  // The next build fills the processors while one has little left to do but to link.
  await forAll(builds, buildOne, 2);
}

/** @param {[string, string[]]} build */
async function buildOne([preset, targets]) {
  try {
    await build(preset, targets);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}

/** @param {string | undefined} text */
function print(text) {
  if (text) process.stdout.write(`${text}\n`);
}

/** @param {Unit[]} units @param {Results} results */
async function runUnits(units, results) {
  const runOne = async (/** @type {Unit} */ unit) => {
    const collector = results.collector(unit);
    const end = await runUnit(
      unit,
      (result) => print(collector.take(result)),
      (line) => print(`    ${unit.name}: ${line}`),
    );
    print(collector.end(end));
  };
  await forAll(units, runOne, CONCURRENCY);
}

/**
 * Builds and runs a share.
 * @param {ReturnType<typeof sharesOf>[number]} share
 * @param {Results} results
 * @param {boolean} everything whether all of its tests run, so that all builds are needed
 * @returns {Promise<string[]>} what it took, as a row of a table
 */
async function runShare({ name, minutes, builds, units }, results, everything) {
  const start = Date.now();
  if (everything) await buildAll(builds);
  const built = Date.now();
  await runUnits(units, results);
  const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(0)} s`;
  return [name, seconds(built - start), seconds(Date.now() - built), `${minutes * 60} s`];
}

/** @param {string[]} args */
export async function main(args) {
  const start = Date.now();
  process.chdir(ROOT);
  const words = args.filter((arg) => arg !== ALL);
  const units = chosen(words, args.includes(ALL));
  const everything = words.length === 0;
  const results = new Results();
  const rows = [['share', 'builds', 'tests', 'of']];
  for (const share of sharesOf(units)) rows.push(await runShare(share, results, everything));
  writeMatrix(results, everything);
  print(`\n${summary(results)}\n`);
  print(`${table(rows)}\n`);
  const { passed, failed, skipped } = results.totals();
  print(`The tests took ${elapsed(start)}.`);
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}
