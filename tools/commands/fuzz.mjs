// `npm run fuzz [-- --runs N]`: runs random trees of tasks, from a new seed each time, until one
// breaks an invariant or N have run (a million by default). See tests/fuzz/tree.cpp.
import { fuzz } from '../../tests/support/fuzzer.mjs';
import { optionsIn } from '../options.mjs';
import { SetupError } from '../setup/log.mjs';

const USAGE = 'npm run fuzz [-- --runs 1000000]';

/** @param {string[]} args */
function runsIn(args) {
  const { runs = '1000000' } = optionsIn(args, { runs: { type: 'string' } }, USAGE);
  if (Number.isInteger(Number(runs)) && Number(runs) > 0) return Number(runs);
  throw new SetupError(`--runs must be a positive whole number, not ${runs}`, USAGE);
}

/** @param {string[]} args */
export async function main(args) {
  const runs = runsIn(args);
  const seed = (Date.now() % 0x7fffffff) + 1;
  console.log(`seed ${seed}`);
  const { code } = await fuzz({ runs, seed, onLine: (line) => console.log(line) });
  return code === 0 ? 0 : 1;
}
