// `npm test [-- words]`: builds everything, runs every test file, each in a process of its own,
// prints one summary at the end and writes build/conformance.json. Words choose tests by their
// names: `npm test -- hosts/node web` runs the conformance suite in Node and all of tests/web.
// `npm run test:all` also runs the conformance suite in every other combination of build and host.
import os from 'node:os';
import { build } from '../build.mjs';
import { forAll } from '../pool.mjs';
import { SetupError, elapsed } from '../setup/log.mjs';
import { ROOT } from '../setup/places.mjs';
import { writeMatrix } from '../testing/matrix.mjs';
import { Results } from '../testing/results.mjs';
import { runUnit } from '../testing/run.mjs';
import { summary } from '../testing/summary.mjs';
import { chosen } from '../testing/units.mjs';

/** @typedef {import('../testing/units.mjs').Unit} Unit */

/**
 * Built before the tests, so that no test waits for a compiler. A test file still builds what it
 * needs: then that is up to date already, or fails there with the compiler's messages.
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

const ALL = '--all';

/** How many test files run concurrently. Some of their programs need much memory. */
const CONCURRENCY = Math.min(4, os.availableParallelism());

/** A failed build must not stop the others: every test that needs it reports it again. */
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

/** @param {string[]} args */
export async function main(args) {
  const start = Date.now();
  process.chdir(ROOT);
  const words = args.filter((arg) => arg !== ALL);
  const units = chosen(words, args.includes(ALL));
  const everything = words.length === 0;
  if (everything) await buildAll();
  const results = new Results();
  await runUnits(units, results);
  writeMatrix(results, everything);
  print(`\n${summary(results)}\n`);
  const { passed, failed, skipped } = results.totals();
  print(`The tests took ${elapsed(start)}.`);
  print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}
