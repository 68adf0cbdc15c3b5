// `npm run sizes`: measures the smallest programs. --json prints one JSON array and nothing else on
// stdout; --update writes the sizes to the size budget, bench/sizes.json.
import { optionsIn } from '../options.mjs';
import { shown } from '../setup/places.mjs';
import { BUDGET, changes, measureSizes, readBudget, writeBudget } from '../sizes.mjs';
import { table } from '../table.mjs';

const FLAGS = /** @type {const} */ ({ json: { type: 'boolean' }, update: { type: 'boolean' } });

/** @param {string[]} args */
export async function main(args) {
  const { json, update } = optionsIn(args, FLAGS, 'npm run sizes [-- --json | --update]');
  const sizes = await measureSizes();
  const before = readBudget()?.sizes ?? [];
  if (json) {
    console.log(JSON.stringify(sizes, null, 2));
  } else {
    const rows = sizes.map(({ measure, host, file, raw, gzip }) => [measure, host, file, raw, gzip]);
    console.log(table([['measure', 'host', 'file', 'raw', 'gzip'], ...rows]));
  }
  for (const change of changes(before, sizes)) console.error(change);
  if (update) {
    writeBudget(sizes);
    console.error(`${shown(BUDGET)} is written: say in the commit what the bytes are for`);
  }
  return 0;
}
