// `npm run fuzz [-- --runs n]`: random trees of tasks, from a new seed each time, until one breaks an
// invariant or n have run (a million by default). See tests/fuzz/tree.cpp.
import { parseArgs } from 'node:util';
import { SetupError } from '../setup/log.mjs';
import { fuzz } from '../../tests/support/fuzzer.mjs';

const USAGE = 'npm run fuzz [-- --runs 1000000]';

/** @param {string[]} args */
function runsIn(args) {
  try {
    const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '1000000' } } });
    const runs = Number(values.runs);
    if (Number.isInteger(runs) && runs > 0) return runs;
    throw new Error(`--runs wants a number, not ${values.runs}`);
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message, USAGE);
  }
}

/** @param {string[]} args */
export async function main(args) {
  const runs = runsIn(args);
  const seed = (Date.now() % 0x7fffffff) + 1;
  console.log(`seed ${seed}`);
  const { code } = await fuzz({ runs, seed, onLine: (line) => console.log(line) });
  return code === 0 ? 0 : 1;
}
