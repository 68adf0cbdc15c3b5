// `npm run sizes`: how large the smallest programs are. --json prints one JSON array and nothing
// else on stdout; --update writes what is measured into the ratchet, bench/sizes.json.
import { SetupError } from '../setup/log.mjs';
import { shown } from '../setup/places.mjs';
import { RATCHET, changes, measureSizes, readRatchet, writeRatchet } from '../sizes.mjs';
import { table } from '../table.mjs';

const FLAGS = ['--json', '--update'];

/** @param {string[]} args */
export async function main(args) {
  const unknown = args.find((arg) => !FLAGS.includes(arg));
  if (unknown) {
    throw new SetupError(`sizes does not know ${unknown}`, 'npm run sizes [-- --json | --update]');
  }
  const sizes = await measureSizes();
  const before = readRatchet()?.sizes ?? [];
  if (args.includes('--json')) {
    console.log(JSON.stringify(sizes, null, 2));
  } else {
    const rows = sizes.map(({ measure, host, file, raw, gzip }) => [measure, host, file, raw, gzip]);
    console.log(table([['measure', 'host', 'file', 'raw', 'gzip'], ...rows]));
  }
  for (const change of changes(before, sizes)) console.error(change);
  if (args.includes('--update')) {
    writeRatchet(sizes);
    console.error(`${shown(RATCHET)} is written: say in the commit what the bytes are for`);
  }
  return 0;
}
